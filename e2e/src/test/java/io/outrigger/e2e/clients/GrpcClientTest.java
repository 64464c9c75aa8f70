package io.outrigger.e2e.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.CallOptions;
import io.grpc.Deadline;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** grpc-java with its defaults: every kind of call, an error, and a deadline. */
final class GrpcClientTest {
  @TempDir private Path directory;

  @Test
  void everyKindOfCall() throws Exception {
    Server server = GrpcEcho.start();
    try (ProxyPair pair = new ProxyPair(directory, server.getPort(), server.getPort())) {
      ManagedChannel channel =
          NettyChannelBuilder.forAddress("127.0.0.1", pair.port(false)).usePlaintext().build();
      try {
        CallOptions options = CallOptions.DEFAULT;
        assertThat(ClientCalls.blockingUnaryCall(channel, GrpcEcho.UNARY, options, "hello"))
            .isEqualTo("hello");
        String large = "x".repeat(3 << 20);
        assertThat(ClientCalls.blockingUnaryCall(channel, GrpcEcho.UNARY, options, large))
            .isEqualTo(large);
        List<String> many = new ArrayList<>();
        Iterator<String> answers =
            ClientCalls.blockingServerStreamingCall(channel, GrpcEcho.MANY, options, "n");
        answers.forEachRemaining(many::add);
        assertThat(many).hasSize(1000).contains("n999");
        assertThatThrownBy(
                () -> ClientCalls.blockingUnaryCall(channel, GrpcEcho.UNARY, options, "fail"))
            .isInstanceOfSatisfying(
                StatusRuntimeException.class,
                e -> {
                  assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.FAILED_PRECONDITION);
                  assertThat(e.getStatus().getDescription()).isEqualTo("as asked");
                });
        CallOptions soon = options.withDeadline(Deadline.after(300, TimeUnit.MILLISECONDS));
        assertThatThrownBy(
                () -> ClientCalls.blockingUnaryCall(channel, GrpcEcho.UNARY, soon, "hang"))
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
    GrpcEcho.Conversation conversation = new GrpcEcho.Conversation(channel);
    for (int i = 0; i < 20; i++) {
      assertThat(conversation.say("m" + i)).isEqualTo("re m" + i);
    }
    assertThat(conversation.end()).isEqualTo("end");
  }
}
