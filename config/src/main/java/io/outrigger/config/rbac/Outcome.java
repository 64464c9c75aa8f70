package io.outrigger.config.rbac;

/** What a condition comes to. */
public enum Outcome {
  NO,
  YES,
  /** The request, or what is known of it so far, doesn't have what is asked about. */
  UNDECIDED;

  static Outcome of(boolean holds) {
    return holds ? YES : NO;
  }

  /** That this and another hold. */
  Outcome and(Outcome other) {
    return other == YES || this == NO ? this : other;
  }

  Outcome not() {
    return this == UNDECIDED ? UNDECIDED : of(this == NO);
  }
}
