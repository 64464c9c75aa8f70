package io.outrigger.bench;

import io.outrigger.config.http.Headers;
import io.outrigger.proxy.http2.hpack.HpackDecoder;
import io.outrigger.proxy.http2.hpack.HpackEncoder;
import java.util.Arrays;
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

/** Header blocks of HTTP/2, once the tables of both sides know what repeats. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class HpackBenchmark {
  private final Headers request = new Headers();
  private final Headers decoded = new Headers();
  private final HpackEncoder encoder = new HpackEncoder(4096);
  private final HpackDecoder decoder = new HpackDecoder(4096);
  private byte[] out = new byte[0];
  private byte[] repeated = new byte[0];

  @Setup
  public void fillTables() {
    request.add(":method", "GET");
    request.add(":scheme", "https");
    request.add(":path", "/api/v1/reviews/42?lang=en");
    request.add(":authority", "reviews.shop.svc.cluster.local:9080");
    request.add("user-agent", "curl/8.5.0");
    request.add("accept", "*/*");
    request.add("x-request-id", "25fe21cd-3b6a-4d94-8052-214c578d941d");
    request.add("x-forwarded-proto", "https");
    out = new byte[HpackEncoder.bound(request)];
    for (int i = 0; i < 3; i++) {
      int length = encoder.encode(request, out, 0);
      repeated = Arrays.copyOf(out, length);
      decode();
    }
    if (!decoded.toString().equals(request.toString())) {
      throw new IllegalStateException("decoded otherwise: " + decoded);
    }
  }

  /** Eight fields, most of them indexed. */
  @Benchmark
  public int encode() {
    return encoder.encode(request, out, 0);
  }

  /** The same block, read. */
  @Benchmark
  public Headers decode() {
    decoded.clear();
    decoder.begin(decoded, 100, 60_000);
    if (decoder.decode(repeated, 0, repeated.length) != repeated.length) {
      throw new IllegalStateException(String.valueOf(decoder.error()));
    }
    return decoded;
  }
}
