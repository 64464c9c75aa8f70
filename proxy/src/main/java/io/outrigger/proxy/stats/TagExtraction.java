package io.outrigger.proxy.stats;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import io.outrigger.config.bootstrap.StatsOptions.StatsTag;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Takes Envoy's default tags out of statistics' names.
 *
 * <p>Envoy takes a cluster's name to end at the first dot, and so splits {@code
 * outbound|80||a.ns.svc.cluster.local} unless its bootstrap brings a regex for that. Here names
 * that hold dots are known by a leaf that every cluster (connection manager, TCP proxy) has.
 */
public final class TagExtraction {
  private static final String CLUSTER_LEAF = ".membership_total";
  private static final String HTTP_LEAF = ".downstream_rq_active";
  private static final String TCP_LEAF = ".downstream_cx_rx_bytes_buffered";

  private final List<StatsTag> extra;
  private final Set<String> dottedNames = new HashSet<>();

  TagExtraction(Iterable<String> gaugeNames) {
    this(gaugeNames, List.of());
  }

  /** {@code extra} are the bootstrap's own tags. */
  TagExtraction(Iterable<String> gaugeNames, List<StatsTag> extra) {
    this.extra = extra;
    for (String name : gaugeNames) {
      learn(name, "cluster.", CLUSTER_LEAF);
      learn(name, "http.", HTTP_LEAF);
      learn(name, "tcp.", TCP_LEAF);
    }
  }

  /** That knows the names which the store's statistics have now. */
  public static TagExtraction of(StatStore store, List<StatsTag> extra) {
    List<String> gaugeNames = new ArrayList<>(store.gauges().size());
    for (Gauge gauge : store.gauges()) {
      gaugeNames.add(gauge.name());
    }
    return new TagExtraction(gaugeNames, extra);
  }

  private void learn(String name, String root, String leaf) {
    if (name.startsWith(root) && name.endsWith(leaf)) {
      String scope = name.substring(0, name.length() - leaf.length());
      if (scope.length() > root.length() && scope.indexOf('.', root.length()) > 0) {
        dottedNames.add(scope);
      }
    }
  }

  /** The name without its tags, and the tags. */
  public TaggedName extract(String name) {
    List<Tag> tags = new ArrayList<>(3);
    String base = responseCode(name, tags);
    for (StatsTag tag : extra) {
      if (tag.regex() == null) {
        tags.add(new Tag(tag.name(), tag.fixedValue()));
      }
    }
    if (base.startsWith("cluster.")) {
      base = scope(base, "cluster.", "envoy.cluster_name", tags);
    } else if (base.startsWith("http.")) {
      base = rbac(rds(http(base, tags), tags), tags);
    } else if (base.startsWith("listener.")) {
      base = listener(worker(base, tags), tags);
    } else if (base.startsWith("tcp.")) {
      base = scope(base, "tcp.", "envoy.tcp_prefix", tags);
    } else if (base.startsWith("vhost.")) {
      base = vhost(base, tags);
    } else if (base.startsWith("sds.")) {
      base = scope(base, "sds.", "envoy.sds_secret", tags);
    } else if (base.indexOf(".rbac.") > 0) {
      tags.add(new Tag("envoy.rbac_prefix", base.substring(0, base.indexOf(".rbac."))));
      base = base.substring(base.indexOf(".rbac.") + 1);
    } else {
      base = worker(base, tags);
    }
    if (!extra.isEmpty()) {
      base = own(name, base, tags);
    }
    return new TaggedName(base, List.copyOf(tags));
  }

  /** The bootstrap's tags are looked for in the whole name; what they find leaves the base. */
  private String own(String name, String base, List<Tag> tags) {
    String rest = base;
    for (StatsTag tag : extra) {
      Pattern regex = tag.regex();
      if (regex == null) {
        continue;
      }
      Matcher matcher = regex.matcher(name);
      if (!matcher.find()) {
        continue;
      }
      String found = matcher.group(1);
      String value = regex.groupCount() > 1 ? matcher.group(2) : found;
      tags.add(new Tag(tag.name(), value == null ? "" : value));
      int at = found == null ? -1 : rest.indexOf(found);
      if (at >= 0 && !found.isEmpty()) {
        rest = rest.substring(0, at) + rest.substring(at + found.length());
      }
    }
    return rest;
  }

  /** {@code _rq_503} and {@code _rq_5xx} at the end. */
  private static String responseCode(String name, List<Tag> tags) {
    int at = name.length() - 4;
    if (at < 3 || name.charAt(at) != '_' || !name.startsWith("_rq", at - 3)) {
      return name;
    }
    char first = name.charAt(at + 1);
    if (first < '0' || first > '9') {
      return name;
    }
    if (name.endsWith("xx")) {
      tags.add(new Tag("envoy.response_code_class", String.valueOf(first)));
      return name.substring(0, at + 1) + "xx";
    }
    if (Character.isDigit(name.charAt(at + 2)) && Character.isDigit(name.charAt(at + 3))) {
      tags.add(new Tag("envoy.response_code", name.substring(at + 1)));
      return name.substring(0, at);
    }
    return name;
  }

  /** The name right behind {@code root}: a known one with dots, or up to the first dot. */
  private String scope(String name, String root, String tag, List<Tag> tags) {
    int end = name.indexOf('.', root.length());
    for (int dot = end; dot > 0; dot = name.indexOf('.', dot + 1)) {
      if (dottedNames.contains(name.substring(0, dot))) {
        end = dot;
      }
    }
    if (end < 0) {
      return name;
    }
    tags.add(new Tag(tag, name.substring(root.length(), end)));
    return root + name.substring(end + 1);
  }

  private String http(String name, List<Tag> tags) {
    return scope(name, "http.", "envoy.http_conn_manager_prefix", tags);
  }

  /** {@code http.rds.CONFIG.leaf}, once the prefix is out. The config's name may hold dots. */
  private static String rds(String name, List<Tag> tags) {
    int last = name.lastIndexOf('.');
    if (!name.startsWith("http.rds.") || last < "http.rds.".length()) {
      return name;
    }
    tags.add(new Tag("envoy.rds_route_config", name.substring("http.rds.".length(), last)));
    return "http.rds" + name.substring(last);
  }

  /** {@code http.rbac.PREFIX.policy.NAME.leaf}, once the connection manager's prefix is out. */
  private static String rbac(String name, List<Tag> tags) {
    int start = "http.rbac.".length();
    if (!name.startsWith("http.rbac.")) {
      return name;
    }
    int last = name.lastIndexOf('.');
    int policy = name.indexOf("policy.", start);
    boolean ofPolicy = policy == start || (policy > 0 && name.charAt(policy - 1) == '.');
    int prefixEnd = ofPolicy ? policy - 1 : last;
    if (ofPolicy) {
      tags.add(
          new Tag("envoy.rbac_policy_name", name.substring(policy + "policy.".length(), last)));
    }
    if (prefixEnd > start) {
      tags.add(new Tag("envoy.rbac_http_prefix", name.substring(start, prefixEnd)));
    }
    return "http.rbac" + (ofPolicy ? ".policy" : "") + name.substring(last);
  }

  private static String worker(String name, List<Tag> tags) {
    int at = name.indexOf(".worker_");
    int start = at + ".worker_".length();
    int end = start;
    while (at >= 0 && end < name.length() && Character.isDigit(name.charAt(end))) {
      end++;
    }
    if (at < 0 || end == start || end == name.length() || name.charAt(end) != '.') {
      return name;
    }
    tags.add(new Tag("envoy.worker_id", name.substring(start, end)));
    return name.substring(0, at) + ".worker" + name.substring(end);
  }

  /** {@code listener.ADDRESS.}, and {@code http.PREFIX.} behind it. */
  private String listener(String name, List<Tag> tags) {
    int start = "listener.".length();
    int end = addressEnd(name, start);
    String base = name;
    int http = name.indexOf(".http.", start);
    if (http > 0) {
      List<Tag> inner = new ArrayList<>(1);
      String rest = http(name.substring(http + 1), inner);
      tags.addAll(inner);
      base = name.substring(0, http + 1) + rest;
    }
    if (end > start) {
      tags.add(new Tag("envoy.listener_address", name.substring(start, end)));
      base = "listener." + base.substring(end + 1);
    }
    return base;
  }

  /** End of an address as statistics spell it ({@code 127.0.0.1_80}), or -1. */
  private static int addressEnd(String name, int start) {
    int last = -1;
    boolean six = start < name.length() && name.charAt(start) == '[';
    for (int i = start; i < name.length(); i++) {
      char c = name.charAt(i);
      if (c == '.') {
        last = i;
        if (six) {
          return last;
        }
      } else if (!(c == '_' || Character.isDigit(c) || (six && "[]abcdefABCDEF".indexOf(c) >= 0))) {
        break;
      }
    }
    return last;
  }

  /** {@code vhost.NAME.vcluster.NAME.} */
  private static String vhost(String name, List<Tag> tags) {
    int start = "vhost.".length();
    int cluster = name.indexOf(".vcluster.", start);
    int route = name.indexOf(".route.", start);
    int inner = cluster > 0 ? cluster : route;
    if (inner < 0) {
      return name;
    }
    String kind = cluster > 0 ? "vcluster" : "route";
    int innerStart = inner + kind.length() + 2;
    int innerEnd = name.indexOf('.', innerStart);
    if (innerEnd < 0) {
      return name;
    }
    tags.add(
        new Tag(
            cluster > 0 ? "envoy.virtual_cluster" : "envoy.route",
            name.substring(innerStart, innerEnd)));
    tags.add(new Tag("envoy.virtual_host", name.substring(start, inner)));
    return "vhost." + kind + name.substring(innerEnd);
  }
}
