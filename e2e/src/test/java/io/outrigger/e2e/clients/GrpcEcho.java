package io.outrigger.e2e.clients;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
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
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A gRPC service of text, by grpc-java: a call of every kind, an error, and no answer at all. */
public final class GrpcEcho {
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

  private static MethodDescriptor<String, String> method(
      String name, MethodDescriptor.MethodType type) {
    return MethodDescriptor.newBuilder(TEXT, TEXT)
        .setFullMethodName("test.Echo/" + name)
        .setType(type)
        .build();
  }

  public static final MethodDescriptor<String, String> UNARY =
      method("Unary", MethodDescriptor.MethodType.UNARY);
  static final MethodDescriptor<String, String> MANY =
      method("Many", MethodDescriptor.MethodType.SERVER_STREAMING);
  static final MethodDescriptor<String, String> BOTH =
      method("Both", MethodDescriptor.MethodType.BIDI_STREAMING);

  public static ServerServiceDefinition service() {
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

  /** Serves on a free port of loopback. */
  public static Server start() throws IOException {
    return NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
        .addService(service())
        .build()
        .start();
  }

  /** A stream both ways, on which each message waits for the answer to the one before. */
  public static final class Conversation {
    private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();
    private final StreamObserver<String> said;

    public Conversation(Channel channel) {
      said =
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
    }

    /** Returns the answer, or what went wrong; null if nothing came within 20 s. */
    public @Nullable String say(String message) throws InterruptedException {
      said.onNext(message);
      return heard.poll(20, TimeUnit.SECONDS);
    }

    /** As {@link #say}; "end" is what an orderly end is answered with. */
    public @Nullable String end() throws InterruptedException {
      said.onCompleted();
      return heard.poll(20, TimeUnit.SECONDS);
    }
  }

  private GrpcEcho() {}
}
