package io.outrigger.config.cluster;

import com.google.protobuf.ByteString;
import io.outrigger.config.match.StringMatcher;
import io.outrigger.config.route.HeaderMutations;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Active health checking of a cluster's hosts. */
public record HealthCheck(
    long timeoutMillis,
    long intervalMillis,
    long initialJitterMillis,
    long intervalJitterMillis,
    int intervalJitterPercent,
    int unhealthyThreshold,
    int healthyThreshold,
    int altPort,
    boolean reuseConnection,
    long noTrafficIntervalMillis,
    long noTrafficHealthyIntervalMillis,
    long unhealthyIntervalMillis,
    long unhealthyEdgeIntervalMillis,
    long healthyEdgeIntervalMillis,
    Probe probe) {

  /** What is sent, and what must come back. */
  public sealed interface Probe {}

  /** An HTTP request; ranges are half open. */
  public record Http(
      String host,
      String path,
      String method,
      List<StatusRange> expectedStatuses,
      List<StatusRange> retriableStatuses,
      HeaderMutations requestHeaders,
      boolean http2,
      @Nullable StringMatcher serviceName)
      implements Probe {
    public Http {
      expectedStatuses = List.copyOf(expectedStatuses);
      retriableStatuses = List.copyOf(retriableStatuses);
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
  public record StatusRange(int start, int end) {}
}
