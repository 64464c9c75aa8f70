package io.outrigger.cli.authz;

import com.google.protobuf.Struct;
import io.outrigger.cli.authz.Decision.Outcome;
import io.outrigger.cli.explain.Sources;
import io.outrigger.cli.explain.Workload;
import io.outrigger.control.istio.AuthorizationPolicy;
import io.outrigger.control.istio.AuthorizationPolicy.Action;
import io.outrigger.control.istio.ExtensionProvider;
import io.outrigger.control.istio.PeerAuthentication;
import io.outrigger.control.istio.RequestAuthentication.JwtRule;
import io.outrigger.control.resource.Resource;
import io.outrigger.control.world.AuthorizationPolicies;
import io.outrigger.control.world.World;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Decides about HTTP requests to a workload as its policies say, in Istio's order: whom CUSTOM
 * names is asked first, then what DENY matches is denied, then one ALLOW must match where there are
 * any.
 */
public final class Evaluator {
  private final World world;
  private final Workload workload;
  private final List<Resource> policies;
  private final List<JwtRule> jwtRules;
  private final long nowSeconds;

  /** The rule of a policy that matches, or comes nearest. */
  private record Found(Resource policy, int rule, RuleTrial.Result result) {}

  public Evaluator(World world, Workload workload, long nowSeconds) {
    this.world = world;
    this.workload = workload;
    this.policies = world.authorizationPolicies().of(workload.namespace(), workload.labels());
    this.jwtRules = world.requestAuthentications().of(workload.namespace(), workload.labels());
    this.nowSeconds = nowSeconds;
  }

  public Decision decide(AskedRequest asked) {
    List<String> notes = new ArrayList<>();
    if (asked.principal().isEmpty() && isStrict(asked)) {
      return plain(
          Outcome.DENIED, "PeerAuthentication is STRICT: without mutual TLS nobody gets in");
    }
    // whom CUSTOM asks comes before the token's check: its policies see no claims
    AskedRequest before = jwtRules.isEmpty() ? asked : asked.withClaims(null);
    Found custom = null;
    for (Resource policy : enforced(Action.CUSTOM)) {
      String provider = spec(policy).provider();
      if (world.mesh().extensionProviders().stream().noneMatch(p -> p.name().equals(provider))) {
        return new Decision(
            Outcome.DENIED,
            "CUSTOM names a provider \""
                + provider
                + "\" that the mesh doesn't have, only "
                + world.mesh().extensionProviders().stream().map(ExtensionProvider::name).toList()
                + "; then everything is denied",
            policy,
            -1,
            null,
            notes);
      }
      Found found = best(policy, before);
      custom = custom == null && found != null && found.result.matches() ? found : custom;
    }
    AskedRequest request = asked.withClaims(null);
    Struct claims = asked.claims();
    if (claims != null && jwtRules.isEmpty()) {
      notes.add("no RequestAuthentication holds for the workload: its token says nothing");
    } else if (claims != null) {
      String refusal = Claims.refusal(jwtRules, claims, nowSeconds);
      if (refusal != null) {
        return plain(Outcome.DENIED, refusal);
      }
      request = asked.withClaims(Claims.seen(jwtRules, claims));
    }
    note(request, notes);
    Decision rest = denyThenAllow(request, notes);
    if (custom == null || rest.outcome() == Outcome.DENIED) {
      return rest;
    }
    notes.add("if it lets the request by: " + rest.reason());
    return new Decision(
        Outcome.PROVIDER,
        "the provider \"" + spec(custom.policy).provider() + "\" decides: a CUSTOM policy matches",
        custom.policy,
        custom.rule,
        null,
        notes);
  }

  private Decision denyThenAllow(AskedRequest request, List<String> notes) {
    for (Resource policy : enforced(Action.DENY)) {
      Found found = best(policy, request);
      if (found != null && found.result.matches()) {
        return new Decision(
            Outcome.DENIED, "a DENY policy matches", policy, found.rule, null, notes);
      }
    }
    List<Resource> allowing = enforced(Action.ALLOW);
    if (allowing.isEmpty()) {
      return new Decision(
          Outcome.ALLOWED,
          "no DENY policy matches, and no ALLOW policy holds for the workload",
          null,
          -1,
          null,
          notes);
    }
    Found nearest = null;
    for (Resource policy : allowing) {
      Found found = best(policy, request);
      if (found != null && found.result.matches()) {
        return new Decision(
            Outcome.ALLOWED, "an ALLOW policy matches", policy, found.rule, null, notes);
      }
      if (found != null && (nearest == null || found.result.passed() > nearest.result.passed())) {
        nearest = found;
      }
    }
    return nearest == null
        ? new Decision(
            Outcome.DENIED,
            "no ALLOW policy matches: those that hold have no rules",
            allowing.getFirst(),
            -1,
            null,
            notes)
        : new Decision(
            Outcome.DENIED,
            "no ALLOW policy matches; the nearest is this",
            nearest.policy,
            nearest.rule,
            nearest.result.failed(),
            notes);
  }

  /** What policies would do that decide nothing. */
  private void note(AskedRequest request, List<String> notes) {
    for (Resource policy : policies) {
      boolean dryRun = AuthorizationPolicies.isDryRun(policy);
      if (dryRun || spec(policy).action() == Action.AUDIT) {
        Found found = best(policy, request);
        notes.add(
            (dryRun ? "dry-run, not enforced: " : "not deciding: ")
                + spec(policy).action()
                + " "
                + Sources.of(policy)
                + (found != null && found.result.matches()
                    ? " matches, rule " + found.rule
                    : " doesn't match"));
      }
    }
  }

  private List<Resource> enforced(Action action) {
    return policies.stream()
        .filter(p -> spec(p).action() == action && !AuthorizationPolicies.isDryRun(p))
        .toList();
  }

  /** The first rule that matches, else the one in which most conditions hold; null: no rules. */
  private @Nullable Found best(Resource policy, AskedRequest request) {
    RuleTrial trial = new RuleTrial(request, world.mesh().trustDomain(), policy.namespace());
    Found best = null;
    for (int i = 0; i < spec(policy).rules().size(); i++) {
      RuleTrial.Result result;
      try {
        result = trial.of(spec(policy).rules().get(i));
      } catch (AskedRequest.UnsaidException e) {
        throw new IllegalArgumentException(
            Sources.of(policy) + ", rule " + i + ", " + e.getMessage(), e);
      }
      if (result.matches()) {
        return new Found(policy, i, result);
      }
      if (best == null || result.passed() > best.result.passed()) {
        best = new Found(policy, i, result);
      }
    }
    return best;
  }

  private boolean isStrict(AskedRequest asked) {
    return world.peerAuthentications().mode(workload.namespace(), workload.labels(), asked.port())
        == PeerAuthentication.Mode.STRICT;
  }

  private static AuthorizationPolicy spec(Resource policy) {
    return (AuthorizationPolicy) policy.spec();
  }

  private static Decision plain(Outcome outcome, String reason) {
    return new Decision(outcome, reason, null, -1, null, List.of());
  }
}
