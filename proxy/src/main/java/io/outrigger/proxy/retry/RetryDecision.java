package io.outrigger.proxy.retry;

/** What became of the question whether to try again. */
public enum RetryDecision {
  RETRY,
  /** The conditions don't ask for it. */
  NO,
  /** They do, but all retries are used up. */
  LIMIT_EXCEEDED,
  /** They do, but the cluster has too many retries in flight. */
  OVERFLOW
}
