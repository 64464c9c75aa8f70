package io.outrigger.control.translate.model;

import java.util.List;

/**
 * A route configuration to be made.
 *
 * @param ignorePort whether a port in the Host header doesn't count
 */
public record RouteTableModel(
    String name, boolean ignorePort, List<VirtualHostModel> virtualHosts) {

  /**
   * Some domains and their routes, in order.
   *
   * @param requireTls whether plain requests are sent on to https instead
   */
  public record VirtualHostModel(
      String name, List<String> domains, List<RouteModel> routes, boolean requireTls) {
    public VirtualHostModel(String name, List<String> domains, List<RouteModel> routes) {
      this(name, domains, routes, false);
    }
  }
}
