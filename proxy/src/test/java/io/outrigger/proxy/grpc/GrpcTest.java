package io.outrigger.proxy.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.outrigger.config.http.Headers;
import io.outrigger.proxy.http2.Http2Settings;
import io.outrigger.proxy.worker.Transport;
import io.outrigger.proxy.worker.Workers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** gRPC calls over real sockets: messages, ends of all kinds, and flow control. */
class GrpcTest {
  private final Workers workers = new Workers(Transport.best(), 1);
  private @Nullable EchoServer server;

  @BeforeEach
  void start() throws Exception {
    server =
        new EchoServer(
            workers.traffic().getFirst(),
            Http2Settings.builder()
                .initialStreamWindowSize(70_000)
                .streamBufferLimit(4096)
                .build());
  }

  @AfterEach
  void stop() {
    if (server != null) {
      server.close();
    }
    workers.close();
  }

  private static <T> T get(CompletableFuture<T> future) throws Exception {
    return future.get(30, TimeUnit.SECONDS);
  }

  private GrpcChannel connect() throws Exception {
    assert server != null;
    return get(connect(GrpcTarget.plaintext("localhost", server.port())));
  }

  private CompletableFuture<GrpcChannel> connect(GrpcTarget target) {
    CompletableFuture<GrpcChannel> connected = new CompletableFuture<>();
    GrpcChannel.connect(
        workers.main(),
        target,
        new GrpcChannel.Listener() {
          @Override
          public void onConnected(GrpcChannel channel) {
            connected.complete(channel);
          }

          @Override
          public void onDisconnected(String reason) {
            connected.completeExceptionally(new IllegalStateException(reason));
          }
        });
    return connected;
  }

  /** Runs on the worker that owns the channel. */
  private void run(Runnable action) {
    workers.main().loop().execute(action);
  }

  private record Result(GrpcStatus status, byte[] response) {}

  private Result unary(GrpcChannel channel, GrpcRequest request, byte[] message) throws Exception {
    CompletableFuture<Result> result = new CompletableFuture<>();
    run(
        () ->
            channel.unary(
                request,
                message,
                (status, response) -> result.complete(new Result(status, response))));
    return get(result);
  }

  /** Collects a streaming call. */
  private static final class Collector implements GrpcStream.Listener {
    final List<byte[]> messages = new ArrayList<>();
    final CompletableFuture<GrpcStatus> closed = new CompletableFuture<>();
    final CompletableFuture<Void> hundred = new CompletableFuture<>();
    @Nullable String headers;
    @Nullable Runnable onWritable;

    @Override
    public void onHeaders(Headers block) {
      headers = block.toString();
    }

    @Override
    public void onMessage(byte[] message) {
      messages.add(message);
      if (messages.size() == 100) {
        hundred.complete(null);
      }
    }

    @Override
    public void onWritable() {
      if (onWritable != null) {
        onWritable.run();
      }
    }

    @Override
    public void onClose(GrpcStatus status, @Nullable Headers trailers) {
      closed.complete(status);
    }
  }

  @Test
  void unaryCallsOfAllSizes() throws Exception {
    GrpcChannel channel = connect();
    Random random = new Random(1);
    for (int size : new int[] {0, 1, 1000, 16_384, 70_000, 3_000_000}) {
      byte[] message = new byte[size];
      random.nextBytes(message);
      Result result = unary(channel, GrpcRequest.of("/Echo/Bytes"), message);
      assertThat(result.status()).isEqualTo(new GrpcStatus(0, ""));
      assertThat(result.response()).isEqualTo(message);
    }
  }

  @Test
  void messagesGoBothWaysAtOnce() throws Exception {
    GrpcChannel channel = connect();
    Collector collector = new Collector();
    CompletableFuture<GrpcStream> started = new CompletableFuture<>();
    run(
        () -> {
          GrpcStream stream = channel.start(GrpcRequest.of("/Echo/Bytes"), collector);
          for (int i = 0; i < 100; i++) {
            stream.send(("message " + i).repeat(i * 10).getBytes(StandardCharsets.UTF_8));
          }
          started.complete(stream);
        });
    GrpcStream stream = get(started);
    get(collector.hundred);
    assertThat(collector.closed).isNotDone();
    run(stream::halfClose);
    assertThat(get(collector.closed).isOk()).isTrue();
    assertThat(collector.messages).hasSize(100);
    for (int i = 0; i < 100; i++) {
      assertThat(new String(collector.messages.get(i), StandardCharsets.UTF_8))
          .isEqualTo(("message " + i).repeat(i * 10));
    }
    assertThat(collector.headers).contains("application/grpc+proto");
  }

  @Test
  void aPausedCallHoldsTheSenderBack() throws Exception {
    GrpcChannel channel = connect();
    Collector collector = new Collector();
    CompletableFuture<GrpcStream> full = new CompletableFuture<>();
    int[] sent = new int[1];
    run(
        () -> {
          GrpcStream stream = channel.start(GrpcRequest.of("/Echo/Bytes"), collector);
          stream.pause();
          Runnable fill =
              () -> {
                while (sent[0] < 400 && stream.isWritable()) {
                  stream.send(new byte[50_000]);
                  sent[0]++;
                }
                full.complete(stream);
              };
          collector.onWritable = fill;
          fill.run();
        });
    GrpcStream stream = get(full);
    CompletableFuture<Integer> held = new CompletableFuture<>();
    run(() -> held.complete(sent[0]));
    assertThat(get(held)).isLessThan(400);
    run(stream::resume);
    get(collector.hundred);
    run(stream::cancel);
    CompletableFuture<Integer> now = new CompletableFuture<>();
    run(() -> now.complete(sent[0]));
    assertThat(get(now)).isGreaterThan(get(held));
    assertThat(collector.closed).isNotDone();
  }

  @Test
  void endsOfAllKinds() throws Exception {
    GrpcChannel channel = connect();
    assertThat(unary(channel, GrpcRequest.of("/Echo/Refuse"), new byte[3]).status())
        .isEqualTo(new GrpcStatus(GrpcStatus.PERMISSION_DENIED, "no \u00fc%"));
    assertThat(unary(channel, GrpcRequest.of("/Echo/NotFound"), new byte[3]).status().code())
        .isEqualTo(GrpcStatus.UNIMPLEMENTED);
    assertThat(unary(channel, GrpcRequest.of("/Echo/Metadata"), new byte[3]).status())
        .isEqualTo(new GrpcStatus(GrpcStatus.INTERNAL, "the response has no message"));
    GrpcRequest impatient = new GrpcRequest("/Echo/Silent", List.of(), 50);
    assertThat(unary(channel, impatient, new byte[3]).status().code())
        .isEqualTo(GrpcStatus.DEADLINE_EXCEEDED);
    Collector collector = new Collector();
    run(() -> channel.start(GrpcRequest.of("/Echo/Silent"), collector));
    run(channel::close);
    assertThat(get(collector.closed).code()).isEqualTo(GrpcStatus.UNAVAILABLE);
  }

  @Test
  void metadataIsSent() throws Exception {
    GrpcChannel channel = connect();
    Collector collector = new Collector();
    GrpcRequest request =
        new GrpcRequest(
            "/Echo/Metadata",
            List.of(new GrpcRequest.Metadata("authorization", "Bearer token")),
            5000);
    run(() -> channel.start(request, collector));
    assertThat(get(collector.closed).isOk()).isTrue();
    assertThat(collector.headers)
        .contains(":method: POST", "te: trailers", "content-type: application/grpc")
        .contains("grpc-timeout: 5000m", "authorization: Bearer token");
  }

  @Test
  void aConnectionThatFailsSaysWhy() {
    assert server != null;
    int port = server.port();
    server.close();
    assertThat(connect(GrpcTarget.plaintext("127.0.0.1", port)))
        .failsWithin(60, TimeUnit.SECONDS)
        .withThrowableThat()
        .withMessageContaining("Connection refused");
    assertThat(connect(GrpcTarget.plaintext("no-such-name.invalid", port)))
        .failsWithin(60, TimeUnit.SECONDS)
        .withThrowableThat()
        .withMessageContaining("can't be resolved");
  }

  @Test
  void messagesMayBeCutAnywhere() {
    byte[] body = {0, 0, 0, 0, 3, 'a', 'b', 'c', 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 'd'};
    for (int cut = 0; cut <= body.length; cut++) {
      List<String> messages = new ArrayList<>();
      MessageReader reader = new MessageReader(10);
      for (byte[] part :
          List.of(Arrays.copyOf(body, cut), Arrays.copyOfRange(body, cut, body.length))) {
        ByteBuf data = Unpooled.wrappedBuffer(part);
        assertThat(reader.read(data, m -> messages.add(new String(m, StandardCharsets.UTF_8))))
            .isNull();
      }
      assertThat(messages).containsExactly("abc", "", "d");
      assertThat(reader.isPartial()).isFalse();
    }
    GrpcStatus tooLong =
        new MessageReader(10).read(Unpooled.wrappedBuffer(new byte[] {0, 0, 0, 0, 11}), m -> {});
    assertThat(tooLong).isNotNull();
    GrpcStatus compressed =
        new MessageReader(10).read(Unpooled.wrappedBuffer(new byte[] {1, 0, 0, 0, 1}), m -> {});
    assertThat(compressed).isNotNull();
  }
}
