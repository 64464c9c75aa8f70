package io.outrigger.e2e.clients;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.CallOptions;
import io.grpc.Deadline;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** grpc-java with its defaults: every kind of call, an error, and a deadline. */
final class GrpcClientTest {
  private static final MethodDescriptor.Marshaller<String> TEXT =
      new MethodDescriptor.Marshaller<>() {
        @Override
        public InputStream stream(String value) {
          return new ByteArrayInputStream(value.getBytes(UTF_8));
        }

        @Override
        public String parse(InputStream stream) {
          try {
            return new String(stream.readAllBytes(), UTF_8);
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        }
      };

  @TempDir private Path directory;

  private static MethodDescriptor<String, String> method(
      String name, MethodDescriptor.MethodType type) {
    return MethodDescriptor.newBuilder(TEXT, TEXT)
        .setFullMethodName("test.Echo/" + name)
        .setType(type)
        .build();
  }

  private static final MethodDescriptor<String, String> UNARY =
      method("Unary", MethodDescriptor.MethodType.UNARY);
  private static final MethodDescriptor<String, String> MANY =
      method("Many", MethodDescriptor.MethodType.SERVER_STREAMING);
  private static final MethodDescriptor<String, String> BOTH =
      method("Both", MethodDescriptor.MethodType.BIDI_STREAMING);

  private static ServerServiceDefinition service() {
    return ServerServiceDefinition.builder("test.Echo")
        .addMethod(
            UNARY,
            ServerCalls.asyncUnaryCall(
                (String request, StreamObserver<String> answers) -> {
                  if (request.equals("fail")) {
                    answers.onError(
                        Status.FAILED_PRECONDITION.withDescription("as asked").asException());
                  } else if (!request.equals("hang")) {
                    answers.onNext(request);
                    answers.onCompleted();
                  }
                }))
        .addMethod(
            MANY,
            ServerCalls.asyncServerStreamingCall(
                (String request, StreamObserver<String> answers) -> {
                  for (int i = 0; i < 1000; i++) {
                    answers.onNext(request + i);
                  }
                  answers.onCompleted();
                }))
        .addMethod(
            BOTH,
            ServerCalls.asyncBidiStreamingCall(
                (StreamObserver<String> answers) ->
                    new StreamObserver<>() {
                      @Override
                      public void onNext(String value) {
                        answers.onNext("re " + value);
                      }

                      @Override
                      public void onError(Throwable t) {}

                      @Override
                      public void onCompleted() {
                        answers.onCompleted();
                      }
                    }))
        .build();
  }

  @Test
  void everyKindOfCall() throws Exception {
    Server server =
        NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .addService(service())
            .build()
            .start();
    try (ProxyPair pair = new ProxyPair(directory, server.getPort(), server.getPort())) {
      ManagedChannel channel =
          NettyChannelBuilder.forAddress("127.0.0.1", pair.port(false)).usePlaintext().build();
      try {
        CallOptions options = CallOptions.DEFAULT;
        assertThat(ClientCalls.blockingUnaryCall(channel, UNARY, options, "hello"))
            .isEqualTo("hello");
        String large = "x".repeat(3 << 20);
        assertThat(ClientCalls.blockingUnaryCall(channel, UNARY, options, large)).isEqualTo(large);
        List<String> many = new ArrayList<>();
        Iterator<String> answers =
            ClientCalls.blockingServerStreamingCall(channel, MANY, options, "n");
        answers.forEachRemaining(many::add);
        assertThat(many).hasSize(1000).contains("n999");
        assertThatThrownBy(() -> ClientCalls.blockingUnaryCall(channel, UNARY, options, "fail"))
            .isInstanceOfSatisfying(
                StatusRuntimeException.class,
                e -> {
                  assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.FAILED_PRECONDITION);
                  assertThat(e.getStatus().getDescription()).isEqualTo("as asked");
                });
        CallOptions soon = options.withDeadline(Deadline.after(300, TimeUnit.MILLISECONDS));
        assertThatThrownBy(() -> ClientCalls.blockingUnaryCall(channel, UNARY, soon, "hang"))
            .isInstanceOfSatisfying(
                StatusRuntimeException.class,
                e -> assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.DEADLINE_EXCEEDED));
        conversation(channel);
      } finally {
        channel.shutdownNow();
      }
    } finally {
      server.shutdownNow();
    }
  }

  /** Each message waits for the answer to the one before: nothing may be held back. */
  private static void conversation(ManagedChannel channel) throws InterruptedException {
    BlockingQueue<String> heard = new LinkedBlockingQueue<>();
    StreamObserver<String> said =
        ClientCalls.asyncBidiStreamingCall(
            channel.newCall(BOTH, CallOptions.DEFAULT),
            new StreamObserver<>() {
              @Override
              public void onNext(String value) {
                heard.add(value);
              }

              @Override
              public void onError(Throwable t) {
                heard.add(t.toString());
              }

              @Override
              public void onCompleted() {
                heard.add("end");
              }
            });
    for (int i = 0; i < 20; i++) {
      said.onNext("m" + i);
      assertThat(heard.poll(10, TimeUnit.SECONDS)).isEqualTo("re m" + i);
    }
    said.onCompleted();
    assertThat(heard.poll(10, TimeUnit.SECONDS)).isEqualTo("end");
  }
}
