package io.outrigger.config.ratelimit;

import com.google.protobuf.Value;
import io.outrigger.config.accesslog.LogFormat;
import io.outrigger.config.http.Headers;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/** What rate limit actions ask of a request. */
public interface RateLimitRequest {
  Headers headers();

  /** The cluster that the route names for it; null: none. */
  @Nullable String destinationCluster();

  /** The name of the cluster that this proxy is of; may be empty. */
  String sourceCluster();

  /** The client's IP address, as headers or the connection tell; null where it has none. */
  @Nullable InetAddress remoteAddress();

  /** An IP address as text. */
  String text(InetAddress address);

  @Nullable Value dynamicMetadata(String namespace, String[] path);

  @Nullable Value routeMetadata(String namespace, String[] path);

  /** What a format prints of the request so far. */
  String text(LogFormat format);
}
