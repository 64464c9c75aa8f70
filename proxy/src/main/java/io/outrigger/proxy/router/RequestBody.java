package io.outrigger.proxy.router;

import io.netty.buffer.ByteBuf;
import io.outrigger.config.http.Headers;
import io.outrigger.proxy.http.Exchange;
import io.outrigger.proxy.stream.ClientStream;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What has come of a request's body: kept while no stream is there to take it, and as long as it
 * may have to be sent again.
 */
final class RequestBody {
  /** Null until a part had to be kept. */
  private @Nullable ArrayList<ByteBuf> kept;

  private long bytes;
  private boolean ended;
  private @Nullable Headers trailers;

  /** Keeps a part; the caller's reference becomes this one's. */
  void add(ByteBuf data) {
    bytes += data.readableBytes();
    if (data.isReadable()) {
      if (kept == null) {
        kept = new ArrayList<>(4);
      }
      kept.add(data);
    } else {
      data.release();
    }
  }

  void end() {
    ended = true;
  }

  /** Trailers end the body; they are kept until {@link #clear}. */
  void end(Headers lastOfAll) {
    trailers = lastOfAll;
    ended = true;
  }

  boolean isEnded() {
    return ended;
  }

  long bytes() {
    return bytes;
  }

  /** Whether headers alone make up the request. */
  boolean isHeadersOnly() {
    return ended && parts().isEmpty() && trailers == null;
  }

  /** Sends all that is kept after the headers; keeps it or lets it go. */
  void sendTo(ClientStream stream, boolean keep) {
    List<ByteBuf> parts = parts();
    int size = parts.size();
    for (int i = 0; i < size; i++) {
      ByteBuf part = parts.get(i);
      boolean last = ended && trailers == null && i == size - 1;
      stream.sendData(keep ? part.retainedDuplicate() : part, last);
    }
    if (!keep) {
      forget();
    }
    if (trailers != null) {
      stream.sendTrailers(trailers);
    }
  }

  /** Gives the whole body to the exchange, as if it came anew. */
  void passTo(Exchange exchange) {
    boolean over = exchange.isSettled();
    List<ByteBuf> parts = parts();
    for (int i = 0, size = parts.size(); i < size; i++) {
      ByteBuf part = parts.get(i);
      if (over || exchange.isSettled()) {
        part.release();
      } else {
        exchange.passData(part, trailers == null && i == size - 1);
      }
    }
    forget();
    Headers last = trailers;
    trailers = null;
    if (last != null) {
      exchange.passTrailers(last);
    }
  }

  /** Lets the parts go: they will not be sent again. */
  void forgetParts() {
    List<ByteBuf> parts = parts();
    for (int i = 0, size = parts.size(); i < size; i++) {
      parts.get(i).release();
    }
    forget();
  }

  private List<ByteBuf> parts() {
    return kept == null ? List.of() : kept;
  }

  private void forget() {
    if (kept != null) {
      kept.clear();
    }
  }

  /** Returns the trailers, if there are any, for the caller to give back. */
  @Nullable Headers clear() {
    forgetParts();
    bytes = 0;
    ended = false;
    Headers last = trailers;
    trailers = null;
    return last;
  }
}
