package io.outrigger.proxy.extproc;

/**
 * Why an answer of the processor isn't taken.
 *
 * @param isSpurious whether the answer wasn't due, or not of this kind
 */
record Refusal(String details, boolean isSpurious) {
  static Refusal spurious(String details) {
    return new Refusal(details, true);
  }

  static Refusal error(String details) {
    return new Refusal(details, false);
  }
}
