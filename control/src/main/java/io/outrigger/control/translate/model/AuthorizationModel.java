package io.outrigger.control.translate.model;

import io.outrigger.control.istio.AuthorizationPolicy;
import io.outrigger.control.istio.ExtensionProvider;
import io.outrigger.control.istio.RequestAuthentication.JwtRule;
import java.util.List;
import java.util.Map;

/**
 * The policies that hold for what a listener takes in.
 *
 * @param ports where a sidecar stands before its application on a port of its own: that port, by
 *     those that policies know
 * @param jwtRules whose tokens are checked
 * @param providers those that the policies name, as far as the mesh knows them
 */
public record AuthorizationModel(
    List<Named> policies,
    String trustDomain,
    Map<Integer, Integer> ports,
    Map<String, Provider> providers,
    List<JwtRule> jwtRules) {
  public static final AuthorizationModel NONE =
      new AuthorizationModel(List.of(), "", Map.of(), Map.of(), List.of());

  /** Whom policies ask, and by which cluster. */
  public record Provider(String cluster, ExtensionProvider settings) {}

  /** A policy; {@code dryRun}: it is counted and noted, and not enforced. */
  public record Named(String namespace, String name, boolean dryRun, AuthorizationPolicy policy) {}
}
