package io.outrigger.config.route;

import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.outrigger.config.compile.Compiled;
import io.outrigger.config.compile.Problems;
import io.outrigger.config.compile.Unsigned;
import io.outrigger.config.filter.RouteFilterCompiler;
import io.outrigger.config.http.HeaderName;
import io.outrigger.config.source.ConfigSource;
import io.outrigger.config.source.ConfigSourceCompiler;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Compiles route tables. */
public final class RouteConfigurationCompiler {
  private static final String MESSAGE = "envoy.config.route.v3.RouteConfiguration";
  private static final int DEFAULT_MAX_DIRECT_RESPONSE_BODY = 4096;

  private RouteConfigurationCompiler() {}

  /** A table that RDS delivered; clusters that it names need not be there. */
  public static Compiled<RouteTable> compile(RouteConfiguration proto) {
    Problems problems = new Problems();
    problems.checkRules(MESSAGE, proto);
    ConfigSource vhds =
        proto.hasVhds()
            ? vhds(proto.getVhds().getConfigSource(), problems.at("vhds").at("config_source"))
            : null;
    return Compiled.of(compile(proto, false, vhds, problems), problems);
  }

  private static ConfigSource vhds(
      io.envoyproxy.envoy.config.core.v3.ConfigSource proto, Problems problems) {
    ConfigSource source = ConfigSourceCompiler.compile(proto, problems);
    boolean stateOfTheWorld = source instanceof ConfigSource.Grpc grpc && !grpc.delta();
    if (source instanceof ConfigSource.File || stateOfTheWorld) {
      problems.error("vhds: only 'DELTA_GRPC' is supported as an api_type.");
    }
    return source;
  }

  /** Checks a virtual host that VHDS delivered. */
  public static Compiled<io.envoyproxy.envoy.config.route.v3.VirtualHost> virtualHost(
      io.envoyproxy.envoy.config.route.v3.VirtualHost proto) {
    Problems problems = new Problems();
    problems.checkRules("envoy.config.route.v3.VirtualHost", proto);
    VirtualHostCompiler.compile(
        proto, level(RouteConfiguration.getDefaultInstance(), problems), "", problems);
    return Compiled.of(proto, problems);
  }

  /** A table with virtual hosts that VHDS delivered, and that {@link #virtualHost} found good. */
  public static RouteTable withVirtualHosts(
      RouteTable table, List<io.envoyproxy.envoy.config.route.v3.VirtualHost> protos) {
    Problems problems = new Problems();
    List<VirtualHost> hosts = new ArrayList<>(protos.size());
    for (io.envoyproxy.envoy.config.route.v3.VirtualHost proto : protos) {
      hosts.add(VirtualHostCompiler.compile(proto, table.level, table.name(), problems));
    }
    return table.with(hosts, protos);
  }

  /**
   * A table at a path of a larger configuration, whose rules have been checked with it.
   *
   * @param validateClusters whether clusters must be there unless validate_clusters says otherwise
   */
  public static RouteTable compile(
      RouteConfiguration proto, boolean validateClusters, Problems problems) {
    if (proto.hasVhds()) {
      problems.error("vhds", "is for route tables that RDS delivers; this one isn't");
    }
    return compile(proto, validateClusters, null, problems);
  }

  private static RouteTable compile(
      RouteConfiguration proto,
      boolean validateClusters,
      @Nullable ConfigSource vhds,
      Problems problems) {
    tellUnsupported(proto, problems);
    RouteLevel level = level(proto, problems);
    List<VirtualHost> hosts = new ArrayList<>(proto.getVirtualHostsCount());
    for (int i = 0; i < proto.getVirtualHostsCount(); i++) {
      hosts.add(
          VirtualHostCompiler.compile(
              proto.getVirtualHosts(i), level, proto.getName(), problems.at("virtual_hosts", i)));
    }
    checkDomains(proto, problems);
    List<HeaderName> internalOnly = new ArrayList<>();
    for (String name : proto.getInternalOnlyHeadersList()) {
      internalOnly.add(HeaderName.of(name));
    }
    return new RouteTable(
        hosts,
        proto.hasValidateClusters() ? proto.getValidateClusters().getValue() : validateClusters,
        internalOnly,
        proto,
        level,
        vhds);
  }

  private static void tellUnsupported(RouteConfiguration proto, Problems problems) {
    if (proto.getClusterSpecifierPluginsCount() > 0) {
      problems.unsupported("cluster_specifier_plugins");
    }
    if (proto.getIgnorePathParametersInPathMatching()) {
      problems.unsupported("ignore_path_parameters_in_path_matching");
    }
  }

  private static RouteLevel level(RouteConfiguration proto, Problems problems) {
    return new RouteLevel(
        HeaderMutationsCompiler.request(
            proto.getRequestHeadersToAddList(), proto.getRequestHeadersToRemoveList(), problems),
        HeaderMutationsCompiler.response(
            proto.getResponseHeadersToAddList(), proto.getResponseHeadersToRemoveList(), problems),
        RouteFilterCompiler.compile(proto.getTypedPerFilterConfigMap(), Map.of(), problems),
        MirrorPolicyCompiler.compileAll(proto.getRequestMirrorPoliciesList(), problems),
        null,
        null,
        -1,
        proto.getMostSpecificHeaderMutationsWins(),
        Unsigned.orElse(
            proto.hasMaxDirectResponseBodySizeBytes(),
            proto.getMaxDirectResponseBodySizeBytes(),
            DEFAULT_MAX_DIRECT_RESPONSE_BODY));
  }

  private static void checkDomains(RouteConfiguration proto, Problems problems) {
    Map<String, String> seen = new HashMap<>();
    for (int i = 0; i < proto.getVirtualHostsCount(); i++) {
      String host = proto.getVirtualHosts(i).getName();
      for (int j = 0; j < proto.getVirtualHosts(i).getDomainsCount(); j++) {
        String domain = proto.getVirtualHosts(i).getDomains(j);
        String first = seen.putIfAbsent(domain.toLowerCase(Locale.ROOT), host);
        if (first == null) {
          continue;
        }
        Problems here = problems.at("virtual_hosts", i).at("domains", j);
        if (domain.equals("*")) {
          here.error(
              "Only a single wildcard domain is permitted in route "
                  + proto.getName()
                  + "; virtual host '"
                  + first
                  + "' has it");
        } else {
          here.error(
              "Only unique values for domains are permitted. Duplicate entry of domain "
                  + domain
                  + " in route "
                  + proto.getName()
                  + "; virtual host '"
                  + first
                  + "' has it");
        }
      }
    }
  }
}
