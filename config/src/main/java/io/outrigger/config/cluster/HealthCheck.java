package io.outrigger.config.cluster;

import com.google.protobuf.ByteString;
import io.outrigger.config.match.StringMatcher;
import io.outrigger.config.metadata.Metadata;
import io.outrigger.config.route.HeaderMutations;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Active health checking of a cluster's hosts.
 *
 * @param alpnProtocols what TLS connections for checks offer; empty: as those for traffic
 * @param transportMatch takes the place of endpoints' envoy.transport_socket_match; null: theirs
 */
public record HealthCheck(
    long timeoutMillis,
    long intervalMillis,
    long initialJitterMillis,
    long intervalJitterMillis,
    int intervalJitterPercent,
    int unhealthyThreshold,
    int healthyThreshold,
    boolean reuseConnection,
    long noTrafficIntervalMillis,
    long noTrafficHealthyIntervalMillis,
    long unhealthyIntervalMillis,
    long unhealthyEdgeIntervalMillis,
    long healthyEdgeIntervalMillis,
    Events events,
    List<String> alpnProtocols,
    @Nullable Metadata transportMatch,
    Probe probe) {
  public HealthCheck {
    alpnProtocols = List.copyOf(alpnProtocols);
  }

  /**
   * Which events are logged, and to which files.
   *
   * @param failures all, not changes alone
   * @param successes all, not changes alone
   */
  public record Events(List<String> paths, boolean failures, boolean successes) {
    public Events {
      paths = List.copyOf(paths);
    }
  }

  /** What is sent, and what must come back. */
  public sealed interface Probe {}

  /**
   * An HTTP request; ranges are half open.
   *
   * @param receive what the body must have, one after the other; empty: anything
   * @param bodyLimit how much of the body is looked at; 0: all
   */
  public record Http(
      String host,
      String path,
      String method,
      List<StatusRange> expectedStatuses,
      List<StatusRange> retriableStatuses,
      HeaderMutations requestHeaders,
      boolean http2,
      ByteString send,
      List<ByteString> receive,
      long bodyLimit,
      @Nullable StringMatcher serviceName)
      implements Probe {
    public Http {
      expectedStatuses = List.copyOf(expectedStatuses);
      retriableStatuses = List.copyOf(retriableStatuses);
      receive = List.copyOf(receive);
    }
  }

  /** A TCP connection; what is sent and must come back may be empty. */
  public record Tcp(ByteString send, List<ByteString> receive) implements Probe {
    public Tcp {
      receive = List.copyOf(receive);
    }
  }

  /** A grpc.health.v1.Health/Check call. */
  public record Grpc(String serviceName, String authority, HeaderMutations initialMetadata)
      implements Probe {}

  /** Statuses in [start, end). */
  public record StatusRange(int start, int end) {
    public static boolean anyHas(List<StatusRange> ranges, int status) {
      for (StatusRange range : ranges) {
        if (status >= range.start && status < range.end) {
          return true;
        }
      }
      return false;
    }
  }
}
