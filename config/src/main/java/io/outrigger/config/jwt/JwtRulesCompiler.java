package io.outrigger.config.jwt;

import io.envoyproxy.envoy.extensions.filters.http.jwt_authn.v3.JwtAuthentication;
import io.envoyproxy.envoy.extensions.filters.http.jwt_authn.v3.RequirementRule;
import io.outrigger.config.compile.Problems;
import io.outrigger.config.route.RouteMatchCompiler;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Compiles JwtAuthentication messages. */
public final class JwtRulesCompiler {
  private final Map<String, JwtProvider> providers = new LinkedHashMap<>();

  private JwtRulesCompiler() {}

  public static JwtRules compile(JwtAuthentication proto, Problems problems) {
    return new JwtRulesCompiler().rules(proto, problems);
  }

  private JwtRules rules(JwtAuthentication proto, Problems problems) {
    for (String name : new TreeSet<>(proto.getProvidersMap().keySet())) {
      providers.put(
          name,
          JwtProviderCompiler.compile(
              providers.size(),
              name,
              proto.getProvidersOrThrow(name),
              problems.at("providers", name)));
    }
    Map<String, JwtRequirement> byName =
        named(proto.getRequirementMapMap(), problems, "requirement_map");
    List<JwtRules.Rule> rules = new ArrayList<>();
    for (int i = 0; i < proto.getRulesCount(); i++) {
      RequirementRule rule = proto.getRules(i);
      Problems here = problems.at("rules", i);
      if (!rule.hasMatch()) {
        here.error("match", "is required");
      }
      rules.add(
          new JwtRules.Rule(
              RouteMatchCompiler.compile(rule.getMatch(), here.at("match")),
              required(rule, byName, here)));
    }
    if (proto.hasFilterStateRules() && proto.getFilterStateRules().getName().isEmpty()) {
      problems.error("filter_state_rules.name", "is empty; a key of filter state is required");
    }
    return new JwtRules(
        new ArrayList<>(providers.values()),
        rules,
        proto.getFilterStateRules().getName(),
        named(
            proto.getFilterStateRules().getRequiresMap(),
            problems.at("filter_state_rules"),
            "requires"),
        byName,
        proto.getBypassCorsPreflight(),
        proto.getStripFailureResponse(),
        proto.getStatPrefix());
  }

  private Map<String, JwtRequirement> named(
      Map<String, io.envoyproxy.envoy.extensions.filters.http.jwt_authn.v3.JwtRequirement> protos,
      Problems problems,
      String field) {
    Map<String, JwtRequirement> named = new HashMap<>();
    for (var entry : protos.entrySet()) {
      named.put(entry.getKey(), requirement(entry.getValue(), problems.at(field, entry.getKey())));
    }
    return named;
  }

  private @Nullable JwtRequirement required(
      RequirementRule rule, Map<String, JwtRequirement> byName, Problems problems) {
    return switch (rule.getRequirementTypeCase()) {
      case REQUIRES ->
          rule.getRequires().getRequiresTypeCase().getNumber() == 0
              ? null
              : requirement(rule.getRequires(), problems.at("requires"));
      case REQUIREMENT_NAME -> {
        JwtRequirement named = byName.get(rule.getRequirementName());
        if (named == null) {
          problems.error(
              "requirement_name",
              "Wrong requirement_name: "
                  + rule.getRequirementName()
                  + ". It should be one of ["
                  + String.join(",", new TreeSet<>(byName.keySet()))
                  + "]");
        }
        yield named;
      }
      case REQUIREMENTTYPE_NOT_SET -> null;
    };
  }

  private JwtRequirement requirement(
      io.envoyproxy.envoy.extensions.filters.http.jwt_authn.v3.JwtRequirement proto,
      Problems problems) {
    return switch (proto.getRequiresTypeCase()) {
      case PROVIDER_NAME -> of(proto.getProviderName(), null, problems.at("provider_name"));
      case PROVIDER_AND_AUDIENCES ->
          of(
              proto.getProviderAndAudiences().getProviderName(),
              proto.getProviderAndAudiences().getAudiencesList(),
              problems.at("provider_and_audiences.provider_name"));
      case REQUIRES_ANY ->
          any(proto.getRequiresAny().getRequirementsList(), problems.at("requires_any"));
      case REQUIRES_ALL ->
          new JwtRequirement.All(
              all(proto.getRequiresAll().getRequirementsList(), problems.at("requires_all")));
      case ALLOW_MISSING_OR_FAILED -> optional(true);
      case ALLOW_MISSING -> optional(false);
      // an empty requirement within others asks nothing
      case REQUIRESTYPE_NOT_SET -> new JwtRequirement.All(List.of());
    };
  }

  private JwtRequirement of(String name, @Nullable List<String> audiences, Problems problems) {
    JwtProvider provider = providers.get(name);
    if (provider == null) {
      problems.error("Required provider ['" + name + "'] is not configured.");
      return new JwtRequirement.All(List.of());
    }
    List<String> own = new ArrayList<>();
    if (audiences != null) {
      for (String audience : audiences) {
        own.add(JwtProvider.plain(audience));
      }
    }
    return new JwtRequirement.Of(provider, audiences == null ? provider.audiences() : own);
  }

  private JwtRequirement any(
      List<io.envoyproxy.envoy.extensions.filters.http.jwt_authn.v3.JwtRequirement> protos,
      Problems problems) {
    boolean allowMissing = false;
    boolean allowFailed = false;
    List<JwtRequirement> of = new ArrayList<>();
    for (int i = 0; i < protos.size(); i++) {
      if (protos.get(i).hasAllowMissing()) {
        allowMissing = true;
      } else if (protos.get(i).hasAllowMissingOrFailed()) {
        allowFailed = true;
      } else {
        of.add(requirement(protos.get(i), problems.at("requirements", i)));
      }
    }
    enough(protos.size(), problems);
    return new JwtRequirement.Any(of, allowMissing, allowFailed);
  }

  private List<JwtRequirement> all(
      List<io.envoyproxy.envoy.extensions.filters.http.jwt_authn.v3.JwtRequirement> protos,
      Problems problems) {
    List<JwtRequirement> of = new ArrayList<>();
    for (int i = 0; i < protos.size(); i++) {
      of.add(requirement(protos.get(i), problems.at("requirements", i)));
    }
    enough(protos.size(), problems);
    return of;
  }

  private static void enough(int count, Problems problems) {
    if (count < 2) {
      problems.error("requirements", "has " + count + " items; 2 or more are allowed");
    }
  }

  private JwtRequirement optional(boolean allowFailed) {
    List<TokenPlace> places = new ArrayList<>();
    for (JwtProvider provider : providers.values()) {
      places.addAll(provider.places());
    }
    return new JwtRequirement.Optional(
        allowFailed, new ArrayList<>(providers.values()), TokenPlaces.ordered(places));
  }
}
