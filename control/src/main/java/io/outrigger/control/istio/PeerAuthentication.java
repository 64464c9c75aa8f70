package io.outrigger.control.istio;

import io.outrigger.control.resource.Spec;
import java.util.Map;

/** Which workloads demand mutual TLS of their callers; without labels, all of its namespace. */
public record PeerAuthentication(
    Map<String, String> selector, Mode mode, Map<Integer, Mode> portLevelMtls) implements Spec {

  /** UNSET takes over from the next level up. */
  public enum Mode {
    UNSET,
    DISABLE,
    PERMISSIVE,
    STRICT
  }
}
