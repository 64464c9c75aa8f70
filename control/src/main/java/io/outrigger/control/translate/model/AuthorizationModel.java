package io.outrigger.control.translate.model;

import io.outrigger.control.istio.AuthorizationPolicy;
import java.util.List;
import java.util.Map;

/**
 * The policies that hold for what a listener takes in.
 *
 * @param ports where a sidecar stands before its application on a port of its own: that port, by
 *     those that policies know
 */
public record AuthorizationModel(
    List<Named> policies, String trustDomain, Map<Integer, Integer> ports) {
  public static final AuthorizationModel NONE = new AuthorizationModel(List.of(), "", Map.of());

  /** A policy; {@code dryRun}: it is counted and noted, and not enforced. */
  public record Named(String namespace, String name, boolean dryRun, AuthorizationPolicy policy) {}
}
