package io.outrigger.proxy.filter;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.outrigger.config.filter.HttpFilterConfig;
import io.outrigger.config.http.HeaderName;
import io.outrigger.config.http.Headers;
import io.outrigger.proxy.http.Exchange;
import io.outrigger.proxy.http.HttpFilter;
import io.outrigger.proxy.http.LocalReplies;
import io.outrigger.proxy.http.Verdict;
import io.outrigger.proxy.stats.StatStore;
import java.io.ByteArrayOutputStream;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * envoy.filters.http.grpc_web: makes gRPC of what browsers send, and puts the trailers of the
 * answer at the end of its body, as gRPC's PROTOCOL-WEB.md has it.
 */
final class GrpcWebFilter implements HttpFilter {
  private static final String WEB = "application/grpc-web";
  private static final String WEB_PROTO = "application/grpc-web+proto";
  private static final String TEXT = "application/grpc-web-text";
  private static final String TEXT_PROTO = "application/grpc-web-text+proto";
  private static final HeaderName ACCEPT = HeaderName.of("accept");
  private static final HeaderName ACCEPT_ENCODING = HeaderName.of("grpc-accept-encoding");
  private static final int TRAILERS = 0x80;
  private static final int BAD_REQUEST = 400;

  private final Factory factory;
  private boolean textRequest;
  private boolean textResponse;
  private boolean held;
  private final ByteArrayOutputStream request = new ByteArrayOutputStream(0);
  private final ByteArrayOutputStream response = new ByteArrayOutputStream(0);

  private GrpcWebFilter(Factory factory) {
    this.factory = factory;
  }

  @Override
  public boolean touchesBodies() {
    return true;
  }

  // ---- the request ----

  @Override
  public Verdict onRequestHeaders(Exchange exchange, Headers headers, boolean endStream) {
    textRequest = isText(headers.value(HeaderName.CONTENT_TYPE));
    textResponse = isText(headers.value(ACCEPT));
    headers.remove(HeaderName.CONTENT_LENGTH);
    headers.set(HeaderName.CONTENT_TYPE, "application/grpc");
    headers.set(HeaderName.TE, "trailers");
    headers.set(ACCEPT_ENCODING, "identity");
    return Verdict.CONTINUE;
  }

  private static boolean isText(@Nullable String type) {
    return TEXT.equals(type) || TEXT_PROTO.equals(type);
  }

  @Override
  public ByteBuf onRequestData(Exchange exchange, ByteBuf data, boolean endStream) {
    if (!textRequest) {
      return data;
    }
    byte[] all = take(request, data);
    int whole = all.length / 4 * 4;
    request.write(all, whole, all.length - whole);
    if (endStream && whole < all.length) {
      refuse(exchange, "grpc_base_64_decode_failed_bad_size");
      return Unpooled.EMPTY_BUFFER;
    }
    try {
      return Unpooled.wrappedBuffer(
          Base64.getDecoder().decode(new String(all, 0, whole, ISO_8859_1)));
    } catch (IllegalArgumentException e) {
      refuse(exchange, "grpc_base_64_decode_failed");
      return Unpooled.EMPTY_BUFFER;
    }
  }

  private static void refuse(Exchange exchange, String details) {
    exchange.reply(BAD_REQUEST, "Bad gRPC-web request, invalid base64 data.", details, null, -1);
  }

  /** What was left over, and then these bytes, which are released. */
  private static byte[] take(ByteArrayOutputStream before, ByteBuf data) {
    byte[] bytes = new byte[data.readableBytes()];
    data.readBytes(bytes).release();
    before.writeBytes(bytes);
    byte[] all = before.toByteArray();
    before.reset();
    return all;
  }

  // ---- the response ----

  @Override
  public void onResponseHeaders(Exchange exchange, Headers headers, boolean endStream) {
    count(exchange, headers);
    String type = headers.value(HeaderName.CONTENT_TYPE);
    // what isn't gRPC becomes a head that says so in gRPC's words, its body the message
    held = !endStream && !(type != null && (type.startsWith(WEB) || LocalReplies.isGrpc(headers)));
    if (!held) {
      headers.remove(HeaderName.CONTENT_LENGTH);
      headers.set(HeaderName.CONTENT_TYPE, textResponse ? TEXT_PROTO : WEB_PROTO);
    }
  }

  @Override
  public boolean holdsResponse() {
    return held;
  }

  @Override
  public ByteBuf onResponseData(Exchange exchange, ByteBuf data, boolean endStream) {
    if (held) {
      hold(exchange, data, endStream);
      return Unpooled.EMPTY_BUFFER;
    }
    if (!textResponse) {
      return data;
    }
    byte[] all = take(response, data);
    int at = 0;
    ByteBuf out = Unpooled.buffer(all.length * 4 / 3 + 8);
    while (all.length - at >= 5) {
      long end = at + 5L + (Unpooled.wrappedBuffer(all, at + 1, 4).readInt() & 0xffffffffL);
      if (end > all.length) {
        break;
      }
      out.writeBytes(encode(all, at, (int) end - at));
      at = (int) end;
    }
    response.write(all, at, all.length - at);
    return out;
  }

  private static byte[] encode(byte[] bytes, int from, int length) {
    byte[] part = new byte[length];
    System.arraycopy(bytes, from, part, 0, length);
    return Base64.getEncoder().encode(part);
  }

  private void hold(Exchange exchange, ByteBuf data, boolean endStream) {
    byte[] all = take(response, data);
    response.writeBytes(all);
    if (endStream) {
      end(exchange);
    }
  }

  private void end(Exchange exchange) {
    Headers headers = exchange.responseHeaders();
    assert headers != null;
    LocalReplies.inGrpcsWords(exchange, headers, response.toByteArray());
    headers.set(HeaderName.CONTENT_TYPE, textResponse ? TEXT_PROTO : WEB_PROTO);
  }

  @Override
  public @Nullable ByteBuf onResponseTrailers(Exchange exchange, Headers trailers) {
    count(exchange, trailers);
    if (held) {
      end(exchange);
      return null;
    }
    ByteArrayOutputStream lines = new ByteArrayOutputStream();
    for (int slot = 0; slot < trailers.slots(); slot++) {
      if (trailers.isLive(slot)) {
        lines.write(trailers.data(), trailers.nameOffset(slot), trailers.nameLength(slot));
        lines.write(':');
        lines.write(trailers.data(), trailers.valueOffset(slot), trailers.valueLength(slot));
        lines.write('\r');
        lines.write('\n');
      }
    }
    trailers.clear();
    ByteBuf frame = Unpooled.buffer(5 + lines.size());
    frame.writeByte(TRAILERS).writeInt(lines.size()).writeBytes(lines.toByteArray());
    return textResponse
        ? Unpooled.wrappedBuffer(encode(frame.array(), 0, frame.readableBytes()))
        : frame;
  }

  private void count(Exchange exchange, Headers headers) {
    String status = headers.value(HeaderName.GRPC_STATUS);
    String cluster = exchange.upstreamCluster();
    String path = exchange.request().value(HeaderName.PATH);
    if (status == null || cluster == null || path == null) {
      return;
    }
    String prefix = GrpcStatsFilter.methodPrefix(cluster, "grpc-web", path);
    if (prefix == null) {
      return;
    }
    int cell = exchange.worker().index();
    factory.store.counter(prefix + status).inc(cell);
    factory.store.counter(prefix + ("0".equals(status) ? "success" : "failure")).inc(cell);
    factory.store.counter(prefix + "total").inc(cell);
  }

  /** One a worker and chain. */
  record Factory(HttpFilterConfig filter, StatStore store) implements HttpFilter.Factory {
    @Override
    public @Nullable HttpFilter create(Exchange exchange) {
      String type = exchange.request().value(HeaderName.CONTENT_TYPE);
      boolean web = WEB.equals(type) || WEB_PROTO.equals(type) || isText(type);
      return web && HttpFilters.effective(filter, exchange, filter.config()) != null
          ? new GrpcWebFilter(this)
          : null;
    }
  }
}
