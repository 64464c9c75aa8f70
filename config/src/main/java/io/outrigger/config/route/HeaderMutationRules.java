package io.outrigger.config.route;

import io.outrigger.config.match.RegexMatcher;
import org.jspecify.annotations.Nullable;

/** Which headers an external service may change: config.common.mutation_rules. */
public record HeaderMutationRules(
    boolean allowRouting,
    boolean allowEnvoy,
    boolean disallowSystem,
    boolean disallowAll,
    boolean disallowIsError,
    @Nullable RegexMatcher allow,
    @Nullable RegexMatcher disallow) {
  /** What holds where a filter has none. */
  public static final HeaderMutationRules DEFAULT =
      new HeaderMutationRules(false, false, false, false, false, null, null);

  /** Whether a header of this name, in lower case, may be set, or removed. */
  public boolean allows(String name, boolean remove) {
    if (remove && (name.startsWith(":") || name.equals("host"))) {
      return false; // a request is none without
    }
    if (disallow != null && disallow.matches(name)) {
      return false;
    }
    if (allow != null && allow.matches(name)) {
      return true;
    }
    if (disallowAll) {
      return false;
    }
    if (isRouting(name)) {
      return allowRouting;
    }
    if (name.startsWith("x-envoy")) {
      return allowEnvoy;
    }
    return !disallowSystem || !(name.startsWith(":") || name.equals("host"));
  }

  private static boolean isRouting(String name) {
    return name.equals("host")
        || name.equals(":authority")
        || name.equals(":scheme")
        || name.equals(":method");
  }
}
