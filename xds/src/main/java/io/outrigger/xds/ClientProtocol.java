package io.outrigger.xds;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import com.google.rpc.Status;
import io.envoyproxy.envoy.config.core.v3.Node;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** How a client's wishes and answers are written, and responses read, in one of the protocols. */
sealed interface ClientProtocol permits DeltaClient, SotwClient {
  String method();

  /** Takes what is due from the subscription and writes it as one request. */
  MessageLite request(Subscription subscription, boolean first, @Nullable Node node);

  @Nullable ResourceUpdate read(
      ByteString response, Function<ResourceType, @Nullable Subscription> started, int stream)
      throws InvalidProtocolBufferException;

  static Status error(String message) {
    int invalidArgument = 3;
    return Status.newBuilder().setCode(invalidArgument).setMessage(message).build();
  }
}
