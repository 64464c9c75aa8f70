package io.outrigger.control.policy;

import io.outrigger.control.resource.Spec;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How often workloads may be asked; without labels, all of its namespace, or of the mesh. Each
 * sidecar counts for itself. A request has to be within all limits that it matches.
 */
public record RateLimit(Map<String, String> selector, List<Limit> limits) implements Spec {

  /**
   * One limit.
   *
   * @param to one of them matches a request that is counted; none: all are
   * @param by what callers are told apart by; null: they are counted together
   */
  public record Limit(int requests, Duration per, List<Operation> to, @Nullable By by) {}

  /** One of the paths and one of the methods; without any, each. */
  public record Operation(List<String> paths, List<String> methods) {}

  /** What tells callers apart; {@code header} is the name of that, else empty. */
  public record By(Kind kind, String header) {
    /** The kinds of it. */
    public enum Kind {
      HEADER,
      IDENTITY,
      ADDRESS
    }
  }
}
