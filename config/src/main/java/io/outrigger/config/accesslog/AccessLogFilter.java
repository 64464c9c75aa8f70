package io.outrigger.config.accesslog;

import io.outrigger.config.match.HeaderMatcher;
import io.outrigger.config.match.RuntimeFraction;
import io.outrigger.config.metadata.MetadataMatcher;
import java.util.List;
import java.util.Set;

/** Which requests are logged. */
public sealed interface AccessLogFilter {
  /** By response code; a request without one counts as 0. */
  record StatusCode(Comparison op, long value, String runtimeKey) implements AccessLogFilter {}

  /** By duration in milliseconds. */
  record Duration(Comparison op, long millis, String runtimeKey) implements AccessLogFilter {}

  /** Not health checks. */
  record NotHealthCheck() implements AccessLogFilter {}

  /** Requests that are traced. */
  record Traceable() implements AccessLogFilter {}

  /** A share of requests, by x-request-id unless {@code independent}. */
  record RuntimeShare(RuntimeFraction fraction, boolean independent) implements AccessLogFilter {}

  /** All of these. */
  record And(List<AccessLogFilter> filters) implements AccessLogFilter {
    public And {
      filters = List.copyOf(filters);
    }
  }

  /** Any of these. */
  record Or(List<AccessLogFilter> filters) implements AccessLogFilter {
    public Or {
      filters = List.copyOf(filters);
    }
  }

  /** By a request header. */
  record Header(HeaderMatcher matcher) implements AccessLogFilter {}

  /** Requests with one of these response flags, in their short form; empty: with any flag. */
  record ResponseFlag(Set<String> flags) implements AccessLogFilter {
    public ResponseFlag {
      flags = Set.copyOf(flags);
    }
  }

  /** By gRPC status number. */
  record GrpcStatus(Set<Integer> statuses, boolean exclude) implements AccessLogFilter {
    public GrpcStatus {
      statuses = Set.copyOf(statuses);
    }
  }

  /** By a value of dynamic metadata. */
  record Metadata(MetadataMatcher matcher, boolean passesWithoutKey) implements AccessLogFilter {}

  /** By access log type, under Envoy's names such as DownstreamEnd. */
  record LogType(Set<String> types, boolean exclude) implements AccessLogFilter {
    public LogType {
      types = Set.copyOf(types);
    }
  }

  /** How a number is compared with the filter's. */
  enum Comparison {
    EQ,
    GE,
    LE,
    NE;

    public boolean test(long found, long wanted) {
      return switch (this) {
        case EQ -> found == wanted;
        case GE -> found >= wanted;
        case LE -> found <= wanted;
        case NE -> found != wanted;
      };
    }
  }
}
