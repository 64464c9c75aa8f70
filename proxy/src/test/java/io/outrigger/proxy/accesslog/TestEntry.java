package io.outrigger.proxy.accesslog;

import io.netty.channel.DefaultEventLoop;
import io.outrigger.config.http.Headers;
import io.outrigger.proxy.worker.Worker;
import org.jspecify.annotations.Nullable;

/** An entry with the values of one request. */
final class TestEntry implements LogEntry {
  final Headers request = new Headers();
  final Headers response = new Headers();
  Worker worker = new Worker(1, new DefaultEventLoop());
  long flags;
  int code = 200;
  @Nullable String details = "via_upstream";
  @Nullable String host = "127.0.0.1:18090";

  TestEntry() {
    request.add(":method", "GET");
    request.add(":path", "/a?b=c");
    request.add(":authority", "127.0.0.1:18080");
    request.add("user-agent", "curl/7.88.1");
    request.add("x-request-id", "25fe21cd-3b6a-4d94-8052-214c578d941d");
    response.add("x-envoy-upstream-service-time", "7");
  }

  @Override
  public Worker worker() {
    return worker;
  }

  @Override
  public long startEpochMicros() {
    return 1_795_261_176_439_123L;
  }

  @Override
  public long startNanos() {
    return 1_000_000;
  }

  @Override
  public long endNanos() {
    return 10_900_000;
  }

  @Override
  public Headers requestHeaders() {
    return request;
  }

  @Override
  public Headers responseHeaders() {
    return response;
  }

  @Override
  public String protocol() {
    return "HTTP/1.1";
  }

  @Override
  public int responseCode() {
    return code;
  }

  @Override
  public @Nullable String responseCodeDetails() {
    return details;
  }

  @Override
  public long responseFlags() {
    return flags;
  }

  @Override
  public long bytesReceived() {
    return 0;
  }

  @Override
  public long bytesSent() {
    return 3;
  }

  @Override
  public @Nullable String upstreamHost() {
    return host;
  }

  @Override
  public String downstreamRemoteAddress() {
    return "[::1]:4711";
  }
}
