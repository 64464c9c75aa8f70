package io.outrigger.control.translate.model;

import java.util.List;

/**
 * A route configuration to be made.
 *
 * @param ignorePort whether a port in the Host header doesn't count
 */
public record RouteTableModel(
    String name, boolean ignorePort, List<VirtualHostModel> virtualHosts) {

  /** Some domains and their routes, in order. */
  public record VirtualHostModel(String name, List<String> domains, List<RouteModel> routes) {}
}
