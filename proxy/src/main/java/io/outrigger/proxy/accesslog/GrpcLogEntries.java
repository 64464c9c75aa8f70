package io.outrigger.proxy.accesslog;

import com.google.protobuf.Duration;
import com.google.protobuf.Timestamp;
import com.google.protobuf.UInt32Value;
import io.envoyproxy.envoy.config.core.v3.Address;
import io.envoyproxy.envoy.config.core.v3.RequestMethod;
import io.envoyproxy.envoy.data.accesslog.v3.AccessLogCommon;
import io.envoyproxy.envoy.data.accesslog.v3.ConnectionProperties;
import io.envoyproxy.envoy.data.accesslog.v3.HTTPAccessLogEntry;
import io.envoyproxy.envoy.data.accesslog.v3.HTTPRequestProperties;
import io.envoyproxy.envoy.data.accesslog.v3.HTTPResponseProperties;
import io.envoyproxy.envoy.data.accesslog.v3.TCPAccessLogEntry;
import io.outrigger.config.accesslog.AccessLogConfig.GrpcSink;
import io.outrigger.config.http.HeaderName;
import io.outrigger.config.http.HeaderText;
import io.outrigger.config.http.Headers;
import io.outrigger.config.tracing.CustomTag;
import io.outrigger.proxy.tracing.TagValues;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Makes the messages of a gRPC access log. */
final class GrpcLogEntries {
  private static final HeaderName REFERER = HeaderName.REFERER;

  private GrpcLogEntries() {}

  static TCPAccessLogEntry tcp(LogEntry entry, GrpcSink sink) {
    return TCPAccessLogEntry.newBuilder()
        .setCommonProperties(common(entry, sink))
        .setConnectionProperties(
            ConnectionProperties.newBuilder()
                .setReceivedBytes(entry.bytesReceived())
                .setSentBytes(entry.bytesSent()))
        .build();
  }

  static HTTPAccessLogEntry http(LogEntry entry, GrpcSink sink) {
    return HTTPAccessLogEntry.newBuilder()
        .setCommonProperties(common(entry, sink))
        .setProtocolVersion(version(entry.protocol()))
        .setRequest(request(entry, sink))
        .setResponse(response(entry, sink))
        .build();
  }

  private static HTTPAccessLogEntry.HTTPVersion version(@Nullable String protocol) {
    return switch (protocol == null ? "" : protocol) {
      case "HTTP/1.0" -> HTTPAccessLogEntry.HTTPVersion.HTTP10;
      case "HTTP/1.1" -> HTTPAccessLogEntry.HTTPVersion.HTTP11;
      case "HTTP/2" -> HTTPAccessLogEntry.HTTPVersion.HTTP2;
      default -> HTTPAccessLogEntry.HTTPVersion.PROTOCOL_UNSPECIFIED;
    };
  }

  // ---- common ----

  private static AccessLogCommon common(LogEntry entry, GrpcSink sink) {
    long micros = entry.startEpochMicros();
    AccessLogCommon.Builder out =
        AccessLogCommon.newBuilder()
            .setStartTime(
                Timestamp.newBuilder()
                    .setSeconds(micros / 1_000_000)
                    .setNanos((int) (micros % 1_000_000) * 1000))
            .setUpstreamCluster(orEmpty(entry.upstreamCluster()))
            .setRouteName(orEmpty(entry.routeName()))
            .setUpstreamTransportFailureReason(orEmpty(entry.upstreamTransportFailureReason()))
            .setDownstreamTransportFailureReason(orEmpty(entry.downstreamTransportFailureReason()))
            .setConnectionTerminationDetails(orEmpty(entry.connectionTerminationDetails()))
            .setStreamId(orEmpty(entry.streamId()))
            .setUpstreamRequestAttemptCount(entry.upstreamAttempts())
            .setAccessLogTypeValue(entry.type().number());
    if (entry.responseFlags() != 0) {
      out.setResponseFlags(GrpcLogFlags.of(entry.responseFlags()));
    }
    TlsFacts tls = entry.downstreamTls();
    if (tls != null) {
      out.setTlsProperties(GrpcLogTls.of(tls, entry.requestedServerName()));
    }
    addresses(entry, out);
    times(entry, out);
    for (CustomTag tag : sink.customTags()) {
      String value = TagValues.of(entry, tag.source());
      if (!value.isEmpty()) {
        out.putCustomTags(tag.name(), value);
      }
    }
    return out.build();
  }

  private static void addresses(LogEntry entry, AccessLogCommon.Builder out) {
    Address remote = address(entry.downstreamRemoteAddress());
    if (remote != null) {
      out.setDownstreamRemoteAddress(remote);
    }
    Address direct = address(entry.downstreamDirectRemoteAddress());
    if (direct != null) {
      out.setDownstreamDirectRemoteAddress(direct);
    }
    Address local = address(entry.downstreamLocalAddress());
    if (local != null) {
      out.setDownstreamLocalAddress(local);
    }
    String connected = entry.upstreamRemoteAddress();
    Address upstream = address(connected == null ? entry.upstreamHost() : connected);
    if (upstream != null) {
      out.setUpstreamRemoteAddress(upstream);
    }
    Address own = address(entry.upstreamLocalAddress());
    if (own != null) {
      out.setUpstreamLocalAddress(own);
    }
  }

  private static @Nullable Address address(@Nullable String text) {
    if (text == null || text.isEmpty()) {
      return null;
    }
    return AddressMessages.of(text);
  }

  private static void times(LogEntry entry, AccessLogCommon.Builder out) {
    Duration lastRx = since(entry, entry.requestEndNanos());
    if (lastRx != null) {
      out.setTimeToLastRxByte(lastRx);
    }
    Duration firstTx = since(entry, entry.upstreamFirstSentNanos());
    if (firstTx != null) {
      out.setTimeToFirstUpstreamTxByte(firstTx);
    }
    Duration lastTx = since(entry, entry.upstreamLastSentNanos());
    if (lastTx != null) {
      out.setTimeToLastUpstreamTxByte(lastTx);
    }
    Duration firstUp = since(entry, entry.upstreamFirstReceivedNanos());
    if (firstUp != null) {
      out.setTimeToFirstUpstreamRxByte(firstUp);
    }
    Duration lastUp = since(entry, entry.upstreamLastReceivedNanos());
    if (lastUp != null) {
      out.setTimeToLastUpstreamRxByte(lastUp);
    }
    Duration firstDown = since(entry, entry.responseFirstSentNanos());
    if (firstDown != null) {
      out.setTimeToFirstDownstreamTxByte(firstDown);
    }
    Duration lastDown = since(entry, entry.responseLastSentNanos());
    if (lastDown != null) {
      out.setTimeToLastDownstreamTxByte(lastDown);
    }
    Duration all = since(entry, entry.endNanos());
    if (all != null) {
      out.setDuration(all);
    }
  }

  private static @Nullable Duration since(LogEntry entry, long nanos) {
    if (nanos == 0) {
      return null;
    }
    long passed = Math.max(0, nanos - entry.startNanos());
    return Duration.newBuilder()
        .setSeconds(passed / 1_000_000_000)
        .setNanos((int) (passed % 1_000_000_000))
        .build();
  }

  // ---- HTTP ----

  private static HTTPRequestProperties request(LogEntry entry, GrpcSink sink) {
    HTTPRequestProperties.Builder out =
        HTTPRequestProperties.newBuilder().setRequestBodyBytes(entry.bytesReceived());
    Headers headers = entry.requestHeaders();
    if (headers == null) {
      return out.build();
    }
    out.setScheme(value(headers, HeaderName.SCHEME))
        .setAuthority(value(headers, HeaderName.AUTHORITY))
        .setPath(value(headers, HeaderName.PATH))
        .setUserAgent(value(headers, HeaderName.USER_AGENT))
        .setReferer(value(headers, REFERER))
        .setForwardedFor(value(headers, HeaderName.X_FORWARDED_FOR))
        .setRequestId(value(headers, HeaderName.X_REQUEST_ID))
        .setOriginalPath(value(headers, HeaderName.X_ENVOY_ORIGINAL_PATH))
        .setRequestHeadersBytes(headers.byteSize())
        .setRequestMethod(method(value(headers, HeaderName.METHOD)))
        .putAllRequestHeaders(named(headers, sink.requestHeaders(), true));
    return out.build();
  }

  private static RequestMethod method(String name) {
    return switch (name) {
      case "GET" -> RequestMethod.GET;
      case "HEAD" -> RequestMethod.HEAD;
      case "POST" -> RequestMethod.POST;
      case "PUT" -> RequestMethod.PUT;
      case "DELETE" -> RequestMethod.DELETE;
      case "CONNECT" -> RequestMethod.CONNECT;
      case "OPTIONS" -> RequestMethod.OPTIONS;
      case "TRACE" -> RequestMethod.TRACE;
      case "PATCH" -> RequestMethod.PATCH;
      default -> RequestMethod.METHOD_UNSPECIFIED;
    };
  }

  private static HTTPResponseProperties response(LogEntry entry, GrpcSink sink) {
    HTTPResponseProperties.Builder out =
        HTTPResponseProperties.newBuilder()
            .setResponseBodyBytes(entry.bytesSent())
            .setResponseCodeDetails(orEmpty(entry.responseCodeDetails()));
    if (entry.responseCode() != 0) {
      out.setResponseCode(UInt32Value.newBuilder().setValue(entry.responseCode()));
    }
    Headers headers = entry.responseHeaders();
    if (headers != null) {
      out.setResponseHeadersBytes(headers.byteSize())
          .putAllResponseHeaders(named(headers, sink.responseHeaders(), false));
    }
    Headers trailers = entry.responseTrailers();
    if (trailers != null) {
      out.putAllResponseTrailers(named(trailers, sink.responseTrailers(), false));
    }
    return out.build();
  }

  /** Those of these names that are there, repeated ones joined. */
  private static Map<String, String> named(
      Headers headers, List<HeaderName> names, boolean request) {
    Map<String, String> out = new java.util.LinkedHashMap<>();
    for (HeaderName asked : names) {
      HeaderName name = request ? asked.inRequests() : asked;
      for (int slot = headers.find(name); slot >= 0; slot = headers.next(name, slot)) {
        out.merge(
            asked.text(),
            HeaderText.utf8(headers.value(slot)),
            (before, more) -> before + "," + more);
      }
    }
    return out;
  }

  private static String value(Headers headers, HeaderName name) {
    return HeaderText.utf8(orEmpty(headers.value(name)));
  }

  private static String orEmpty(@Nullable String text) {
    return text == null ? "" : text;
  }
}
