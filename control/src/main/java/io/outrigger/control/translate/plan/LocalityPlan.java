package io.outrigger.control.translate.plan;

import io.outrigger.control.istio.LocalityBalancing;
import io.outrigger.control.istio.LocalityBalancing.Distribution;
import io.outrigger.control.istio.LocalityBalancing.Failover;
import io.outrigger.control.translate.model.EndpointsModel.Group;
import io.outrigger.control.world.Endpoint;
import io.outrigger.control.world.Locality;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToIntFunction;

/**
 * Endpoints as one caller is to use them: by locality, the nearer ones first, or by the shares that
 * somebody gave.
 */
final class LocalityPlan {
  private static final String NETWORK = "topology.istio.io/network";
  private static final int OTHER_REGION = 3;

  private final Locality caller;
  private final Map<String, String> labels;

  LocalityPlan(Scope scope) {
    this.caller = scope.locality();
    this.labels = scope.labels();
  }

  /**
   * The groups of a cluster's endpoints.
   *
   * @param failsOver whether the nearer ones are first: that wants a way to know who is well
   */
  List<Group> groups(List<Endpoint> endpoints, LocalityBalancing setting, boolean failsOver) {
    if (!setting.enabled() || caller.equals(Locality.NONE)) {
      return Group.byLocality(endpoints);
    }
    if (!setting.distribute().isEmpty()) {
      for (Distribution one : setting.distribute()) {
        if (within(caller, one.from())) {
          return shares(endpoints, one.to());
        }
      }
      return Group.byLocality(endpoints);
    }
    if (!failsOver) {
      return Group.byLocality(endpoints);
    }
    return setting.failoverPriority().isEmpty()
        ? ordered(endpoints, endpoint -> distance(endpoint.locality(), setting.failover()))
        : ordered(endpoints, endpoint -> unlike(endpoint, setting));
  }

  /** The labels that Kubernetes' trafficDistribution stands for. */
  static LocalityBalancing closest() {
    return new LocalityBalancing(
        true,
        List.of(),
        List.of(),
        List.of(NETWORK, Locality.REGION, Locality.ZONE, Locality.SUB_ZONE));
  }

  // ---- nearer first ----

  private int distance(Locality to, List<Failover> failover) {
    if (!to.region().equals(caller.region())) {
      for (Failover one : failover) {
        if (one.from().equals(caller.region())) {
          return one.to().equals(to.region()) ? OTHER_REGION : OTHER_REGION + 1;
        }
      }
      return OTHER_REGION;
    }
    if (!to.zone().equals(caller.zone())) {
      return 2;
    }
    return to.subZone().equals(caller.subZone()) ? 0 : 1;
  }

  /** How many of the labels are left from the first in which caller and endpoint differ. */
  private int unlike(Endpoint endpoint, LocalityBalancing setting) {
    List<String> wanted = setting.failoverPriority();
    int alike = 0;
    int priority = wanted.size();
    for (String label : wanted) {
      int equals = label.indexOf('=');
      String key = equals < 0 ? label : label.substring(0, equals);
      String expected = equals < 0 ? label(key, labels, caller) : label.substring(equals + 1);
      if (!expected.equals(label(key, endpoint.labels(), endpoint.locality()))) {
        break;
      }
      alike++;
    }
    priority -= alike;
    return setting.failover().isEmpty()
        ? priority
        : priority * (OTHER_REGION + 2) + distance(endpoint.locality(), setting.failover());
  }

  private static String label(String key, Map<String, String> labels, Locality locality) {
    return switch (key) {
      case Locality.REGION -> locality.region();
      case Locality.ZONE -> locality.zone();
      case Locality.SUB_ZONE -> locality.subZone();
      default -> labels.getOrDefault(key, "");
    };
  }

  /** Groups by locality and rank, whose ranks become priorities without gaps. */
  private static List<Group> ordered(List<Endpoint> endpoints, ToIntFunction<Endpoint> rank) {
    TreeMap<Integer, List<Endpoint>> byRank = new TreeMap<>();
    for (Endpoint endpoint : endpoints) {
      byRank.computeIfAbsent(rank.applyAsInt(endpoint), r -> new ArrayList<>()).add(endpoint);
    }
    List<Group> out = new ArrayList<>();
    int priority = 0;
    for (List<Endpoint> some : byRank.values()) {
      for (Group group : Group.byLocality(some)) {
        out.add(new Group(group.locality(), priority, group.weight(), group.endpoints()));
      }
      priority++;
    }
    return List.copyOf(out);
  }

  // ---- shares ----

  /** Who isn't named gets nothing. */
  private static List<Group> shares(List<Endpoint> endpoints, Map<String, Integer> to) {
    List<Group> out = new ArrayList<>();
    List<Group> all = Group.byLocality(endpoints);
    for (Map.Entry<String, Integer> share : to.entrySet()) {
      List<Group> named =
          all.stream().filter(group -> best(group.locality(), to).equals(share.getKey())).toList();
      int weight = named.stream().mapToInt(Group::weight).sum();
      for (Group group : named) {
        // a pattern's share goes to its localities by how much they have
        int own = (int) Math.round((double) share.getValue() * group.weight() / weight);
        if (share.getValue() > 0) {
          out.add(new Group(group.locality(), 0, Math.max(1, own), group.endpoints()));
        }
      }
    }
    return List.copyOf(out);
  }

  /** The pattern that says most of where the locality is; empty for none. */
  private static String best(Locality locality, Map<String, Integer> patterns) {
    String best = "";
    for (String pattern : patterns.keySet()) {
      if (within(locality, pattern) && (best.isEmpty() || parts(pattern) > parts(best))) {
        best = pattern;
      }
    }
    return best;
  }

  private static long parts(String pattern) {
    return Arrays.stream(pattern.split("/", -1)).takeWhile(part -> !part.equals("*")).count();
  }

  /** {@code REGION/ZONE/*}: a star stands for the rest. */
  private static boolean within(Locality locality, String pattern) {
    String[] wanted = pattern.split("/", -1);
    String[] found = {locality.region(), locality.zone(), locality.subZone()};
    for (int i = 0; i < wanted.length && i < found.length; i++) {
      if (wanted[i].equals("*")) {
        return true;
      }
      if (!wanted[i].equals(found[i])) {
        return false;
      }
    }
    return true;
  }
}
