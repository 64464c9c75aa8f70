package io.outrigger.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.util.ReferenceCountUtil;
import io.outrigger.config.http.HeaderName;
import io.outrigger.config.http.Headers;
import io.outrigger.proxy.http2.Http2ServerConnection;
import io.outrigger.proxy.http2.Http2Settings;
import io.outrigger.proxy.http2.Http2Stats;
import io.outrigger.proxy.http2.hpack.HpackEncoder;
import io.outrigger.proxy.stats.StatStore;
import io.outrigger.proxy.stream.RequestSink;
import io.outrigger.proxy.stream.ResetReason;
import io.outrigger.proxy.stream.ServerStream;
import io.outrigger.proxy.worker.Worker;
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

/** A server's HTTP/2 connection: frames are read, headers decoded, and an answer is written. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class Http2ConnectionBenchmark {
  private static final int HEAD = 9;

  private final EmbeddedChannel channel = new EmbeddedChannel();
  private final Worker worker = new Worker(1, channel.eventLoop());
  private final Headers answer = new Headers();
  private ByteBuf frame = Unpooled.EMPTY_BUFFER;
  private int streamId = 1;
  private long answered;

  @Setup
  public void open() {
    answer.add(HeaderName.STATUS, "200");
    answer.add(HeaderName.CONTENT_LENGTH, "0");
    channel
        .pipeline()
        .addLast(
            new Http2ServerConnection(
                worker,
                Http2Settings.DEFAULTS,
                Answer::new,
                (gone, details) -> {},
                new Http2Stats(new StatStore(1), "")));
    ByteBuf hello = Unpooled.buffer();
    hello.writeBytes("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(US_ASCII));
    hello.writeMedium(0).writeByte(4).writeByte(0).writeInt(0); // SETTINGS
    hello.writeMedium(0).writeByte(4).writeByte(1).writeInt(0); // SETTINGS, ACK
    channel.writeInbound(hello);
    Headers request = new Headers();
    request.add(":method", "GET");
    request.add(":scheme", "http");
    request.add(":path", "/api/v1/reviews/42?lang=en");
    request.add(":authority", "reviews.shop.svc.cluster.local:9080");
    request.add("x-request-id", "25fe21cd-3b6a-4d94-8052-214c578d941d");
    HpackEncoder encoder = new HpackEncoder(4096);
    byte[] block = new byte[HpackEncoder.bound(request)];
    for (int i = 0; i < 3; i++) {
      int length = encoder.encode(request, block, 0);
      // HEADERS with END_STREAM and END_HEADERS
      frame = Unpooled.directBuffer(HEAD + length).writeMedium(length).writeByte(1).writeByte(5);
      frame.writeInt(0).writeBytes(block, 0, length);
      long before = answered;
      request();
      if (answered != before + 1) {
        throw new IllegalStateException("no answer");
      }
    }
  }

  /** One request and its answer, both of headers only. */
  @Benchmark
  public int request() {
    frame.readerIndex(0).setInt(5, streamId);
    streamId += 2;
    channel.writeInbound(frame.retain());
    channel.runPendingTasks();
    int written = 0;
    for (Object out = channel.readOutbound(); out != null; out = channel.readOutbound()) {
      written++;
      ReferenceCountUtil.release(out);
    }
    return written;
  }

  private final class Answer implements RequestSink {
    private final ServerStream stream;

    Answer(ServerStream stream) {
      this.stream = stream;
    }

    @Override
    public void onRequestHeaders(Headers headers, boolean endStream) {
      worker.headers().give(headers);
      Headers response = worker.headers().take();
      response.addAll(answer);
      stream.sendHeaders(response, true);
      answered++;
    }

    @Override
    public void onRequestData(ByteBuf data, boolean endStream) {
      data.release();
    }

    @Override
    public void onRequestTrailers(Headers trailers) {
      worker.headers().give(trailers);
    }

    @Override
    public void onRequestReset(ResetReason reason, String details) {
      throw new IllegalStateException(details);
    }

    @Override
    public void onResponseWritable() {}
  }
}
