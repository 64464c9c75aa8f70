package io.outrigger.proxy.accesslog;

import io.envoyproxy.envoy.config.accesslog.v3.AccessLog;
import io.netty.channel.DefaultEventLoop;
import io.outrigger.bench.Yamls;
import io.outrigger.config.accesslog.AccessLogCompiler;
import io.outrigger.config.accesslog.AccessLogConfig;
import io.outrigger.config.compile.Problems;
import io.outrigger.config.http.Headers;
import io.outrigger.proxy.worker.Worker;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Lines of the access log: Envoy's default format, and a JSON format of ten members. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class LineFormatBenchmark {
  private static final String FILE =
      """
      name: file
      typed_config:
        "@type": type.googleapis.com/envoy.extensions.access_loggers.file.v3.FileAccessLog
        path: /dev/stdout
      """;
  private static final String JSON =
      """
        log_format:
          json_format:
            time: "%START_TIME%"
            method: "%REQ(:METHOD)%"
            path: "%REQ(:PATH)%"
            status: "%RESPONSE_CODE%"
            flags: "%RESPONSE_FLAGS%"
            duration: "%DURATION%"
            sent: "%BYTES_SENT%"
            agent: "%REQ(USER-AGENT)%"
            id: "%REQ(X-REQUEST-ID)%"
            host: "%UPSTREAM_HOST%"
      """;

  private final LogBuffer out = new LogBuffer(4096);
  private final Entry entry = new Entry();
  private final LineFormat text = format(FILE);
  private final LineFormat json = format(FILE + JSON);

  private static LineFormat format(String yaml) {
    Problems problems = new Problems();
    AccessLog proto =
        Yamls.message("envoy.config.accesslog.v3.AccessLog", AccessLog.parser(), yaml);
    List<AccessLogConfig> configs =
        AccessLogCompiler.compileAll(List.of(proto), "access_log", problems);
    if (configs.isEmpty()) {
      throw new IllegalStateException(problems.list().toString());
    }
    return LineFormat.of(configs.getFirst().format());
  }

  @Setup
  public void check() {
    if (defaultFormat() < 150 || jsonFormat() < 150) {
      throw new IllegalStateException("short lines");
    }
  }

  /** Envoy's default line. */
  @Benchmark
  public int defaultFormat() {
    out.cut(0);
    text.write(out, entry);
    return out.length();
  }

  /** Ten members. */
  @Benchmark
  public int jsonFormat() {
    out.cut(0);
    json.write(out, entry);
    return out.length();
  }

  private static final class Entry implements LogEntry {
    private final Worker worker = new Worker(1, new DefaultEventLoop());
    private final Headers request = new Headers();
    private final Headers response = new Headers();

    Entry() {
      request.add(":method", "GET");
      request.add(":path", "/api/v1/reviews/42?lang=en");
      request.add(":authority", "reviews.shop.svc.cluster.local:9080");
      request.add("user-agent", "curl/8.5.0");
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
      return 200;
    }

    @Override
    public String responseCodeDetails() {
      return "via_upstream";
    }

    @Override
    public long bytesReceived() {
      return 0;
    }

    @Override
    public long bytesSent() {
      return 120;
    }

    @Override
    public String upstreamHost() {
      return "10.1.0.11:9080";
    }

    @Override
    public String downstreamRemoteAddress() {
      return "10.1.0.12:40000";
    }
  }
}
