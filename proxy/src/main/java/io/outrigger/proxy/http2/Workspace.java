package io.outrigger.proxy.http2;

import io.netty.util.concurrent.FastThreadLocal;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/** What the connections of one thread share: scratch arrays, and streams to be used again. */
final class Workspace {
  private static final int MAX_FREE = 1024;
  private static final int KEPT_SCRATCH = 64 * 1024;
  private static final FastThreadLocal<Workspace> CURRENT =
      new FastThreadLocal<>() {
        @Override
        protected Workspace initialValue() {
          return new Workspace();
        }
      };

  private byte[] incoming = new byte[Frame.MAX_PAYLOAD + 1024];
  private byte[] outgoing = new byte[8192];
  private final byte[] copying = new byte[4096];
  private final ArrayDeque<Http2ServerStream> serverStreams = new ArrayDeque<>();
  private final ArrayDeque<Http2ClientStream> clientStreams = new ArrayDeque<>();

  private Workspace() {}

  static Workspace current() {
    return CURRENT.get();
  }

  /** Scratch for copying from one buffer to another. */
  byte[] copying() {
    return copying;
  }

  /** Scratch for a header block that came; valid until the next call. */
  byte[] incoming(int length) {
    if (incoming.length < length) {
      byte[] larger = new byte[length];
      if (length > KEPT_SCRATCH) {
        return larger;
      }
      incoming = larger;
    }
    return incoming;
  }

  /** Scratch for a header block to be sent; valid until the next call. */
  byte[] outgoing(int length) {
    if (outgoing.length < length) {
      byte[] larger = new byte[length];
      if (length > KEPT_SCRATCH) {
        return larger;
      }
      outgoing = larger;
    }
    return outgoing;
  }

  @Nullable Http2ServerStream takeServerStream() {
    return serverStreams.pollLast();
  }

  @Nullable Http2ClientStream takeClientStream() {
    return clientStreams.pollLast();
  }

  void give(Http2Stream stream) {
    if (stream instanceof Http2ServerStream server) {
      if (serverStreams.size() < MAX_FREE) {
        serverStreams.addLast(server);
      }
    } else if (stream instanceof Http2ClientStream client) {
      if (clientStreams.size() < MAX_FREE) {
        clientStreams.addLast(client);
      }
    } else {
      throw new IllegalStateException("unknown Http2Stream: " + stream);
    }
  }
}
