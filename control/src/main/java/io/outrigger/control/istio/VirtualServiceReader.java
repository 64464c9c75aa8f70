package io.outrigger.control.istio;

import io.outrigger.control.istio.L4Route.L4Match;
import io.outrigger.control.resource.Fields;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Reads a VirtualService. */
public final class VirtualServiceReader {
  private VirtualServiceReader() {}

  public static VirtualService read(Fields fields) {
    List<String> gateways = fields.strings("gateways");
    List<HttpRoute> http = fields.objects("http", HttpRouteReader::read);
    List<L4Route> tls = fields.objects("tls", f -> l4(f, true));
    List<L4Route> tcp = fields.objects("tcp", f -> l4(f, false));
    VirtualService spec =
        new VirtualService(
            fields.strings("hosts"), gateways, http, tls, tcp, fields.strings("exportTo"));
    if (spec.hosts().isEmpty()) {
      fields.error("hosts", "must name at least one host");
    }
    Set<String> seen = new HashSet<>();
    for (String host : spec.hosts()) {
      HostCheck.check(fields, "hosts", host);
      if (!seen.add(host)) {
        fields.error("hosts", "\"" + host + "\" stands here twice");
      }
      if (host.equals("*") && spec.forMesh()) {
        fields.error("hosts", "\"*\" isn't allowed for the mesh gateway; name the hosts");
      }
    }
    if (http.isEmpty() && tls.isEmpty() && tcp.isEmpty()) {
      fields.error("", "must have at least one rule under http, tls or tcp");
    }
    routeNames(fields, http);
    unreachable(fields, http);
    return spec;
  }

  private static void routeNames(Fields fields, List<HttpRoute> http) {
    Set<String> names = new HashSet<>();
    for (HttpRoute rule : http) {
      if (rule.name() != null && !rule.name().isEmpty() && !names.add(rule.name())) {
        fields.warning("http", "two rules are named \"" + rule.name() + "\"");
      }
    }
  }

  private static void unreachable(Fields fields, List<HttpRoute> http) {
    for (int i = 0; i + 1 < http.size(); i++) {
      List<HttpMatch> match = http.get(i).match();
      if (match.isEmpty() || match.stream().anyMatch(HttpMatch::catchAll)) {
        fields.warning(
            "http", "http[" + i + "] takes every request, so the rules after it are never reached");
        return;
      }
    }
  }

  private static L4Route l4(Fields fields, boolean tls) {
    List<L4Match> match = fields.objects("match", f -> l4Match(f, tls));
    List<HttpRoute.WeightedDestination> route = DestinationReader.routes(fields, false);
    if (route.isEmpty()) {
      fields.error("route", "must have at least one destination");
    }
    if (tls) {
      fields.some("match", match, "must have at least one match with sniHosts");
    }
    return new L4Route(match, route);
  }

  private static L4Match l4Match(Fields fields, boolean tls) {
    if (!tls) {
      fields.ignored("sourceSubnet", "has no effect, nor has it in Istio");
    }
    List<String> sni = tls ? fields.strings("sniHosts") : List.of();
    if (tls) {
      fields.some("sniHosts", sni, "must name at least one host");
    }
    for (String host : sni) {
      HostCheck.check(fields, "sniHosts", host);
    }
    List<String> subnets = fields.strings("destinationSubnets");
    for (String subnet : subnets) {
      HostCheck.subnet(fields, "destinationSubnets", subnet);
    }
    return new L4Match(
        sni,
        subnets,
        fields.port("port"),
        fields.stringMap("sourceLabels"),
        fields.string("sourceNamespace"),
        fields.strings("gateways"));
  }
}
