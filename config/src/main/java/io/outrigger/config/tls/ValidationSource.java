package io.outrigger.config.tls;

/** Where the rules for the peer's certificate come from. */
public sealed interface ValidationSource {
  /** They are configured here. */
  record Here(ValidationConfig validation) implements ValidationSource {}

  /** SDS delivers them. */
  record Sds(SdsSource sds) implements ValidationSource {}

  /** Those of SDS merged over those configured here. */
  record Combined(ValidationConfig defaults, SdsSource sds) implements ValidationSource {}
}
