package io.outrigger.cli.explain;

import io.outrigger.config.route.ClusterChoice;
import io.outrigger.config.route.ForwardAction;
import io.outrigger.config.route.MirrorPolicy;
import io.outrigger.config.route.RetryOn;
import io.outrigger.config.route.RetryPolicy;
import io.outrigger.config.route.Route;
import io.outrigger.control.istio.HttpRoute;
import io.outrigger.control.translate.model.RouteModel;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What holds for the requests of one route. */
final class RouteSettings {
  /** A listener's per_connection_buffer_limit_bytes, which the control plane leaves alone. */
  private static final long LISTENER_BUFFER = 1 << 20;

  private final Section section;
  private final String rule;
  private final String retries;
  private final RouteModel model;

  /**
   * @param rule where the route comes from
   * @param retries where its retries do
   */
  private RouteSettings(Section section, RouteModel model, String rule, String retries) {
    this.section = section;
    this.model = model;
    this.rule = rule;
    this.retries = retries;
  }

  /**
   * @param virtualService what made the route, or the default
   * @param mesh where the mesh's settings come from
   */
  static void add(
      Section section, Route route, RouteModel model, String virtualService, String mesh) {
    String retries = Setting.DEFAULT;
    if (model instanceof RouteModel.Rule of) {
      retries =
          of.rule().retries() != null
              ? virtualService
              : of.defaultRetry() != null ? mesh : Setting.DEFAULT;
    } else if (model instanceof RouteModel.Default of && of.defaultRetry() != null) {
      retries = mesh;
    }
    if (route.action() instanceof ForwardAction forward) {
      new RouteSettings(section, model, virtualService, retries).add(route, forward);
    } else {
      section.add("answer", "given by the sidecar itself", virtualService);
    }
  }

  private @Nullable HttpRoute rule() {
    return model instanceof RouteModel.Rule of ? of.rule() : null;
  }

  private void add(Route route, ForwardAction forward) {
    HttpRoute given = rule();
    destinations(forward.cluster());
    section.add(
        "timeout",
        Words.time(forward.timeoutMillis(), "none"),
        given != null && given.timeout() != null ? rule : Setting.DEFAULT);
    RetryPolicy policy = forward.retryPolicy();
    if (policy == null) {
      section.add("retries", "none", retries);
    } else {
      retries(policy);
    }
    if (forward.hedgePolicy() != null) {
      section.add(
          "hedging", forward.hedgePolicy().hedgeOnPerTryTimeout() ? "on" : "off", Setting.DEFAULT);
    }
    if (policy != null) {
      section.add(
          "body kept for retries",
          "at most "
              + (route.requestBodyBufferLimit() < 0
                  ? LISTENER_BUFFER
                  : route.requestBodyBufferLimit())
              + " bytes",
          Setting.DEFAULT);
    }
    if (given != null && given.fault() != null) {
      fault(given.fault());
    }
    for (MirrorPolicy mirror : forward.mirrorPolicies()) {
      section.add("copied to", mirror.cluster(), rule);
    }
  }

  private void retries(RetryPolicy policy) {
    section.add("retries", "at most " + policy.numRetries(), retries);
    section.add(
        "retried on",
        policy.retryOn().stream().sorted().map(RetryOn::word).collect(Collectors.joining(", ")),
        retries);
    if (!policy.retriableStatusCodes().isEmpty()) {
      section.add(
          "retried statuses",
          policy.retriableStatusCodes().stream()
              .sorted()
              .map(String::valueOf)
              .collect(Collectors.joining(", ")),
          retries);
    }
    section.add("timeout of a try", Words.time(policy.perTryTimeoutMillis(), "none"), retries);
    section.add(
        "pause between tries",
        "random, up to "
            + Words.time(policy.baseBackOffMillis(), "0")
            + ", growing to "
            + Words.time(policy.maxBackOffMillis(), "0"),
        retries);
    section.add(
        "a retry's host",
        policy.hostPredicates().isEmpty() ? "any" : "another than before, where there is one",
        retries);
  }

  private void fault(HttpRoute.HttpFault fault) {
    if (fault.delay() != null) {
      section.add(
          "injected delay",
          Words.time(fault.delay().fixedDelay().toMillis(), "0")
              + " for "
              + Words.percent(fault.delay().percentage()),
          rule);
    }
    if (fault.abort() != null) {
      HttpRoute.HttpFault.Abort abort = fault.abort();
      section.add(
          "injected failure",
          (abort.httpStatus() != null
                  ? "status " + abort.httpStatus()
                  : "gRPC status " + abort.grpcStatus())
              + " for "
              + Words.percent(abort.percentage()),
          rule);
    }
  }

  /** A line for each, under the name that statistics and access logs have. */
  private void destinations(ClusterChoice choice) {
    if (choice instanceof ClusterChoice.Single single) {
      section.add("goes to", single.cluster(), rule);
    } else if (choice instanceof ClusterChoice.Weighted weighted) {
      for (ClusterChoice.ClusterWeight one : weighted.clusters()) {
        section.add(
            "goes to",
            one.cluster() + ", " + Words.percent(100.0 * one.weight() / weighted.totalWeight()),
            rule);
      }
    } else {
      section.add("goes to", "the cluster that a header names", rule);
    }
  }
}
