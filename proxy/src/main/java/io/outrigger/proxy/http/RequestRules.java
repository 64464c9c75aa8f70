package io.outrigger.proxy.http;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.outrigger.config.hcm.HostNormalization;
import io.outrigger.config.hcm.HttpConnectionManagerConfig;
import io.outrigger.config.http.HeaderName;
import io.outrigger.config.http.Headers;
import io.outrigger.config.route.HostPort;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/** What a request must be like before it is routed, whatever protocol it came by. */
final class RequestRules {
  private static final byte[] CONNECT = "CONNECT".getBytes(US_ASCII);
  private static final byte[] QUERY = "QUERY".getBytes(US_ASCII);

  private RequestRules() {}

  /** Checks and normalizes; null lets the request through. */
  static @Nullable Failure check(Exchange exchange, Headers headers, RequestFields fields) {
    HttpConnectionManagerConfig config = exchange.scope.config;
    if (fields.authority < 0) {
      return Failure.MISSING_HOST;
    }
    if (!isAuthority(headers, fields.authority)) {
      return Failure.INVALID_AUTHORITY;
    }
    boolean connect = headers.valueEquals(fields.method, CONNECT);
    if (fields.path < 0) {
      return connect ? null : Failure.MISSING_PATH;
    }
    if (fields.contentType < 0 && headers.valueEquals(fields.method, QUERY)) {
      return Failure.QUERY_WITHOUT_CONTENT_TYPE;
    }
    if (headers.valueLength(fields.path) == 0
        || headers.data()[headers.valueOffset(fields.path)] != '/') {
      exchange.scope.stats.rqNonRelativePath.inc(exchange.scope.worker.index());
      return Failure.ABSOLUTE_PATH;
    }
    switch (PathRewriting.apply(headers, fields.path, config.path())) {
      case OK -> {}
      case REJECT -> {
        exchange.scope.stats.rqFailedPathNormalization.inc(exchange.scope.worker.index());
        return Failure.PATH_NORMALIZATION;
      }
      case REDIRECT -> {
        if (exchange.isGrpc()) {
          return Failure.PATH_NORMALIZATION;
        }
        exchange.scope.stats.rqRedirectedWithNormalizedPath.inc(exchange.scope.worker.index());
        redirect(exchange, headers);
        return null;
      }
    }
    host(exchange, headers, fields.authority, config.host());
    return null;
  }

  private static void redirect(Exchange exchange, Headers headers) {
    Headers reply = exchange.scope.worker.headers().take();
    reply.add(HeaderName.STATUS, "307");
    int path = headers.find(HeaderName.PATH);
    reply.add(
        HeaderName.LOCATION, headers.data(), headers.valueOffset(path), headers.valueLength(path));
    exchange.replyWith(reply, new byte[0], "path_normalization_failed");
  }

  /** An empty authority is let through; blanks and slashes are not. */
  private static boolean isAuthority(Headers headers, int slot) {
    byte[] data = headers.data();
    int offset = headers.valueOffset(slot);
    for (int i = offset, end = offset + headers.valueLength(slot); i < end; i++) {
      byte b = data[i];
      if (b <= ' ' || b == '/' || b == '\\' || b == 0x7f) {
        return false;
      }
    }
    return true;
  }

  private static void host(Exchange exchange, Headers headers, int slot, HostNormalization config) {
    byte[] data = headers.data();
    int offset = headers.valueOffset(slot);
    int length = headers.valueLength(slot);
    if (config.stripAnyPort() || config.stripMatchingPort()) {
      int without = HostPort.withoutPort(data, offset, length);
      if (without < length
          && (config.stripAnyPort() || portOf(headers, slot, without) == localPort(exchange))) {
        length = without;
      }
    }
    if (config.stripTrailingDot() && length > 0) {
      int hostLength = HostPort.withoutPort(data, offset, length);
      if (hostLength == length && data[offset + length - 1] == '.') {
        length--;
      } else if (hostLength < length && data[offset + hostLength - 1] == '.') {
        String host = headers.value(slot);
        headers.set(
            HeaderName.AUTHORITY,
            host.substring(0, hostLength - 1) + host.substring(hostLength, length));
        return;
      }
    }
    if (length != headers.valueLength(slot)) {
      headers.setValueInPlace(slot, offset, length);
    }
  }

  private static int portOf(Headers headers, int slot, int hostLength) {
    int port = 0;
    int offset = headers.valueOffset(slot);
    for (int i = hostLength + 1; i < headers.valueLength(slot); i++) {
      port = port * 10 + headers.data()[offset + i] - '0';
    }
    return port;
  }

  private static int localPort(Exchange exchange) {
    return exchange.downstream().addresses().local() instanceof InetSocketAddress local
        ? local.getPort()
        : -1;
  }
}
