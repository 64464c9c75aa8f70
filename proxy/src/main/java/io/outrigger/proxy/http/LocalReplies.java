package io.outrigger.proxy.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.buffer.Unpooled;
import io.outrigger.config.hcm.LocalReplyConfig;
import io.outrigger.config.http.HeaderName;
import io.outrigger.config.http.Headers;
import io.outrigger.config.route.HeaderMutations;
import io.outrigger.config.route.Route;
import io.outrigger.proxy.accesslog.ResponseFlag;
import java.util.Arrays;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Makes the replies that the proxy gives itself, plain or as gRPC wants them. */
public final class LocalReplies {
  private static final byte[] TEXT_PLAIN = "text/plain".getBytes(UTF_8);
  private static final byte[] GRPC = "application/grpc".getBytes(UTF_8);
  private static final byte[] STATUS_200 = "200".getBytes(UTF_8);

  private static final byte[] HEAD = "HEAD".getBytes(UTF_8);
  private static final byte[] NOTHING = {};

  private final HttpScope scope;
  private final @Nullable ReplyMapping mapping;

  LocalReplies(HttpScope scope) {
    this.scope = scope;
    LocalReplyConfig config = scope.config.localReplies();
    this.mapping = config == null ? null : new ReplyMapping(config);
  }

  /** Whether the request is gRPC: its errors travel in trailers-only responses. */
  public static boolean isGrpc(Headers request) {
    int slot = request.find(HeaderName.CONTENT_TYPE);
    if (slot < 0 || request.valueLength(slot) < GRPC.length) {
      return false;
    }
    byte[] data = request.data();
    int offset = request.valueOffset(slot);
    for (int i = 0; i < GRPC.length; i++) {
      if (data[offset + i] != GRPC[i]) {
        return false;
      }
    }
    return request.valueLength(slot) == GRPC.length
        || data[offset + GRPC.length] == '+'
        || data[offset + GRPC.length] == ';';
  }

  /**
   * Ends the exchange by a reply, or by a reset where a response is on its way already.
   *
   * @param grpcStatus below 0: mapped from the status
   * @param more adds to the head, after the route
   */
  void reply(
      Exchange exchange,
      int code,
      String body,
      String why,
      @Nullable ResponseFlag flag,
      int grpcStatus,
      @Nullable Consumer<Headers> more) {
    if (exchange.isSettled()) {
      return;
    }
    if (flag != null) {
      exchange.addFlag(flag);
    }
    if (exchange.response().begun() && !exchange.response().takeBack()) {
      exchange.details(why);
      exchange.resetDownstream();
      return;
    }
    Headers head = head(code);
    Route found = exchange.route();
    HeaderMutations ofRoute = found == null ? null : exchange.target().responseHeaders(found);
    if (ofRoute != null && !ofRoute.isEmpty()) {
      scope.mutator.apply(ofRoute, head, exchange);
    }
    if (more != null) {
      more.accept(head);
    }
    send(exchange, head, body.getBytes(UTF_8), why, grpcStatus);
  }

  /** A head with nothing but a status. */
  private Headers head(int status) {
    Headers headers = scope.worker.headers().take();
    scope.text.addNumber(headers, HeaderName.STATUS, status);
    return headers;
  }

  /** Ends the exchange by this reply, as if an upstream had given it. */
  void send(Exchange exchange, Headers headers, byte[] body, String why, int grpcStatus) {
    exchange.target().cancel();
    countAttempts(exchange, headers);
    exchange.details(why);
    exchange.localReply(body);
    exchange.status = ResponseRules.status(headers);
    boolean invalid = exchange.status == 400 && !scope.config.streamErrorOnInvalidHttpMessage();
    if (!exchange.isHttp2() && (!exchange.requestComplete() || invalid)) {
      exchange.drainConnection(); // what is left of the request, or what follows it, is not read
    }
    byte[] bytes = finish(exchange, headers, body, grpcStatus);
    boolean headersOnly = bytes.length == 0 || isHead(exchange.requestHeaders);
    exchange.response().sendHeaders(headers, headersOnly);
    if (!headersOnly) {
      exchange.response().sendData(Unpooled.wrappedBuffer(bytes), true);
    }
  }

  /** Tells the attempts that were made before this reply, where the virtual host wants it. */
  private void countAttempts(Exchange exchange, Headers headers) {
    Route found = exchange.route();
    if (found != null
        && exchange.upstreamAttempts() > 0
        && found.virtualHost().includeAttemptCountInResponse()) {
      scope.text.setNumber(headers, HeaderName.X_ENVOY_ATTEMPT_COUNT, exchange.upstreamAttempts());
    }
  }

  private static boolean isHead(@Nullable Headers request) {
    int slot = request == null ? -1 : request.find(HeaderName.METHOD);
    return request != null && slot >= 0 && request.valueEquals(slot, HEAD);
  }

  /**
   * Makes the reply ready to be sent: changes it as configured, and puts it in gRPC's words for
   * gRPC requests. Returns the body that goes out.
   */
  byte[] finish(Exchange exchange, Headers headers, byte[] body, int grpcStatus) {
    byte[] bytes = body;
    String type = null;
    if (mapping != null) {
      String before = headers.value(HeaderName.CONTENT_TYPE);
      ReplyMapping.Text text = mapping.apply(exchange, headers, body);
      boolean typed = !Objects.equals(before, headers.value(HeaderName.CONTENT_TYPE));
      type = typed || Arrays.equals(body, text.bytes()) ? null : text.contentType();
      bytes = text.bytes();
    }
    if (exchange.isGrpc()) {
      grpc(exchange, headers, bytes, grpcStatus);
      return NOTHING;
    }
    if (bytes.length == 0) {
      headers.remove(HeaderName.CONTENT_LENGTH);
      headers.remove(HeaderName.CONTENT_TYPE);
      return bytes;
    }
    scope.text.setNumber(headers, HeaderName.CONTENT_LENGTH, bytes.length);
    if (type != null) {
      headers.set(HeaderName.CONTENT_TYPE, type);
    } else if (!headers.contains(HeaderName.CONTENT_TYPE)) {
      headers.add(HeaderName.CONTENT_TYPE, TEXT_PLAIN);
    }
    return bytes;
  }

  private void grpc(Exchange exchange, Headers headers, byte[] message, int grpcStatus) {
    int status = exchange.responseCode();
    headers.set(HeaderName.STATUS, STATUS_200);
    headers.set(HeaderName.CONTENT_TYPE, GRPC);
    if (!headers.contains(HeaderName.GRPC_STATUS)) {
      scope.text.addNumber(
          headers, HeaderName.GRPC_STATUS, grpcStatus >= 0 ? grpcStatus : grpcStatus(status));
    }
    if (message.length > 0) {
      headers.set(HeaderName.GRPC_MESSAGE, percentEncode(message));
    }
    headers.remove(HeaderName.CONTENT_LENGTH);
  }

  /** gRPC's mapping of HTTP statuses that were not made by gRPC. */
  private static int grpcStatus(int status) {
    return switch (status) {
      case 400 -> 13;
      case 401 -> 16;
      case 403 -> 7;
      case 404 -> 12;
      case 429, 502, 503, 504 -> 14;
      default -> 2;
    };
  }

  /** Tells in gRPC's headers what a plain answer, whose body this was, told in HTTP's. */
  public static void inGrpcsWords(Exchange exchange, Headers headers, byte[] body) {
    exchange.scope.text.setNumber(
        headers, HeaderName.GRPC_STATUS, grpcStatus(exchange.responseCode()));
    if (body.length > 0) {
      headers.set(HeaderName.GRPC_MESSAGE, percentEncode(body));
    }
    headers.remove(HeaderName.CONTENT_LENGTH);
  }

  private static String percentEncode(byte[] message) {
    StringBuilder out = new StringBuilder(message.length);
    for (byte b : message) {
      if (b >= ' ' && b < 0x7f && b != '%') {
        out.append((char) b);
      } else {
        out.append('%')
            .append(Character.toUpperCase(Character.forDigit(b >> 4 & 15, 16)))
            .append(Character.toUpperCase(Character.forDigit(b & 15, 16)));
      }
    }
    return out.toString();
  }
}
