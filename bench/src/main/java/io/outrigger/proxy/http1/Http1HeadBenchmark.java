package io.outrigger.proxy.http1;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.outrigger.config.http.Headers;
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

/** Heads of HTTP/1.1 messages, read as a connection reads them, into a block that is reused. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class Http1HeadBenchmark {
  private static final String REQUEST =
      """
      GET /api/v1/reviews/42?lang=en HTTP/1.1
      Host: reviews.shop.svc.cluster.local:9080
      User-Agent: curl/8.5.0
      Accept: */*
      Accept-Encoding: gzip, deflate
      X-Request-Id: 25fe21cd-3b6a-4d94-8052-214c578d941d
      Cookie: session=0123456789abcdef
      X-Forwarded-Proto: https
      Content-Length: 0

      """;
  private static final String RESPONSE =
      """
      HTTP/1.1 200 OK
      Server: nginx/1.25.3
      Date: Sat, 21 Nov 2026 12:00:00 GMT
      Content-Type: application/json
      Content-Length: 120
      Connection: keep-alive
      Cache-Control: no-cache
      X-Envoy-Upstream-Service-Time: 7

      """;

  private final ByteBuf request = wire(REQUEST);
  private final ByteBuf response = wire(RESPONSE);
  private final Headers block = new Headers();
  private final LineReader lines = new LineReader();
  private final MessageHead requestHead = new MessageHead(Http1Settings.server(), true);
  private final MessageHead responseHead = new MessageHead(Http1Settings.client(), false);
  private final RequestLine requestLine = new RequestLine(Http1Settings.server());
  private final StatusLine statusLine = new StatusLine(false);

  private static ByteBuf wire(String text) {
    return Unpooled.directBuffer().writeBytes(text.replace("\n", "\r\n").getBytes(US_ASCII));
  }

  @Setup
  public void check() {
    if (request().size() != 11 || response().size() != 8) {
      throw new IllegalStateException("not parsed as expected: " + request() + "\n" + response());
    }
  }

  /** A GET of eight header fields. */
  @Benchmark
  public Headers request() {
    request.readerIndex(0);
    block.clear();
    RequestLine.begin(block);
    requestHead.begin(block);
    lines.begin(block);
    boolean first = true;
    while (lines.readLine(request)) {
      Http1Error error = null;
      if (first) {
        first = false;
        error = requestLine.read(requestHead, lines.start(), lines.end());
      } else if (lines.start() == lines.end()) {
        lines.finish(request);
        break;
      } else {
        error = requestHead.field(lines.start(), lines.end());
      }
      if (error != null) {
        throw new IllegalStateException(error.toString());
      }
    }
    requestLine.finish(block);
    return block;
  }

  /** A 200 of seven header fields. */
  @Benchmark
  public Headers response() {
    response.readerIndex(0);
    block.clear();
    StatusLine.begin(block);
    responseHead.begin(block);
    lines.begin(block);
    boolean first = true;
    while (lines.readLine(response)) {
      Http1Error error = null;
      if (first) {
        first = false;
        error = statusLine.read(responseHead, lines.start(), lines.end());
      } else if (lines.start() == lines.end()) {
        lines.finish(response);
        break;
      } else {
        error = responseHead.field(lines.start(), lines.end());
      }
      if (error != null) {
        throw new IllegalStateException(error.toString());
      }
    }
    return block;
  }
}
