package io.outrigger.config.tls;

import org.jspecify.annotations.Nullable;

/** Where the rules for the peer's certificate come from. */
public sealed interface ValidationSource {
  /** The secret that is awaited, or null where everything is configured here. */
  @Nullable SdsSource sds();

  /** They are configured here. */
  record Here(ValidationConfig validation) implements ValidationSource {
    @Override
    public @Nullable SdsSource sds() {
      return null;
    }
  }

  /** SDS delivers them. */
  record Sds(SdsSource sds) implements ValidationSource {}

  /** Those of SDS merged over those configured here. */
  record Combined(ValidationConfig defaults, SdsSource sds) implements ValidationSource {}
}
