package io.outrigger.control.translate.model;

import io.outrigger.control.istio.AuthorizationPolicy;
import io.outrigger.control.istio.ExtensionProvider;
import io.outrigger.control.istio.RequestAuthentication.JwtRule;
import io.outrigger.control.policy.RateLimit;
import java.util.List;
import java.util.Map;

/**
 * The policies that hold for what a listener takes in.
 *
 * @param ports where a sidecar stands before its application on a port of its own: that port, by
 *     those that policies know
 * @param jwtRules whose tokens are checked
 * @param providers those that the policies name, as far as the mesh knows them
 * @param limits how often what is allowed may be asked
 */
public record AuthorizationModel(
    List<Named> policies,
    String trustDomain,
    Map<Integer, Integer> ports,
    Map<String, Provider> providers,
    List<JwtRule> jwtRules,
    List<Limits> limits) {
  public static final AuthorizationModel NONE =
      new AuthorizationModel(List.of(), "", Map.of(), Map.of(), List.of(), List.of());

  /** Whom policies ask, and by which cluster. */
  public record Provider(String cluster, ExtensionProvider settings) {}

  /** The limits of a RateLimit. */
  public record Limits(String namespace, String name, List<RateLimit.Limit> limits) {}

  /** A policy; {@code dryRun}: it is counted and noted, and not enforced. */
  public record Named(String namespace, String name, boolean dryRun, AuthorizationPolicy policy) {}
}
