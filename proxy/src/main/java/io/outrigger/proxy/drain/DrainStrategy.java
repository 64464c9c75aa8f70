package io.outrigger.proxy.drain;

/** How fast clients are asked to go elsewhere: Envoy's {@code --drain-strategy}. */
public enum DrainStrategy {
  /** The share of responses that ask grows from none to all over the drain time. */
  GRADUAL,
  /** Every response asks as soon as draining has begun. */
  IMMEDIATE
}
