package io.outrigger.proxy.grpc;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Cuts a gRPC body into its length-prefixed messages, whatever the chunks it comes in. */
final class MessageReader {
  private static final int PREFIX = 5;
  private static final int FIRST_ALLOCATION = 64 * 1024;

  private final int maxLength;
  private final byte[] prefix = new byte[PREFIX];
  private int prefixRead;
  private byte[] message = new byte[0];
  private int messageRead;
  private int length;

  /** A reader that takes no message longer than so many bytes. */
  MessageReader(int maxLength) {
    this.maxLength = maxLength;
  }

  /** Reads a chunk, whose owner the caller stays. Returns null, or what is wrong with the body. */
  @Nullable GrpcStatus read(ByteBuf data, Consumer<byte[]> messages) {
    while (data.isReadable() || prefixRead == PREFIX && messageRead == length) {
      if (prefixRead < PREFIX) {
        int part = Math.min(PREFIX - prefixRead, data.readableBytes());
        data.readBytes(prefix, prefixRead, part);
        prefixRead += part;
        GrpcStatus problem = prefixRead == PREFIX ? begin() : null;
        if (problem != null) {
          return problem;
        }
        continue;
      }
      int part = Math.min(length - messageRead, data.readableBytes());
      if (messageRead + part > message.length) {
        // grows with what has come, so that a claimed length alone takes no memory
        message = Arrays.copyOf(message, Math.min(length, (messageRead + part) * 2));
      }
      data.readBytes(message, messageRead, part);
      messageRead += part;
      if (messageRead == length) {
        byte[] whole = message.length == length ? message : Arrays.copyOf(message, length);
        message = new byte[0];
        prefixRead = 0;
        messageRead = 0;
        messages.accept(whole);
      }
    }
    return null;
  }

  private @Nullable GrpcStatus begin() {
    if (prefix[0] != 0) {
      return new GrpcStatus(
          GrpcStatus.INTERNAL, "the server sent a compressed message, which was not asked for");
    }
    long claimed =
        (prefix[1] & 0xffL) << 24
            | (prefix[2] & 0xff) << 16
            | (prefix[3] & 0xff) << 8
            | (prefix[4] & 0xff);
    if (claimed > maxLength) {
      return new GrpcStatus(
          GrpcStatus.RESOURCE_EXHAUSTED,
          "a message of " + claimed + " bytes is longer than " + maxLength);
    }
    length = (int) claimed;
    messageRead = 0;
    message = new byte[Math.min(length, FIRST_ALLOCATION)];
    return null;
  }

  /** Whether the body ended within a message. */
  boolean isPartial() {
    return prefixRead > 0;
  }
}
