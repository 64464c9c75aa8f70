package io.outrigger.proxy.cluster;

/** The groups of responses that a cluster counts apart, beside all of them. */
public enum ResponseGroup {
  /** Answers to requests that came from inside (x-envoy-internal). */
  INTERNAL("internal."),
  EXTERNAL("external."),
  /** Answers of hosts with the metadata envoy.lb canary: true. */
  CANARY("canary."),
  /** Answers that a retry replaced. */
  RETRY("retry.");

  private final String prefix;

  ResponseGroup(String prefix) {
    this.prefix = prefix;
  }

  String prefix() {
    return prefix;
  }
}
