package io.outrigger.proxy.extauthz;

/** One question under way. */
interface Check {
  /** Ends it without an answer. */
  void cancel();

  /** Takes the answer, once, and never before the question's start has returned. */
  @FunctionalInterface
  interface Listener {
    void onAnswer(CheckAnswer answer);
  }
}
