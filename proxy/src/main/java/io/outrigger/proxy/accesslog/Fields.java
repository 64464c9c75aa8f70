package io.outrigger.proxy.accesslog;

import io.outrigger.config.accesslog.Operator;
import io.outrigger.config.http.Headers;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The operators without arguments. */
final class Fields {
  private Fields() {}

  /**
   * The piece of an operator; null for one whose value is never known here, which prints as unset.
   */
  static Piece of(Operator operator) {
    return switch (operator) {
      case PROTOCOL -> text(LogEntry::protocol);
      case UPSTREAM_PROTOCOL -> text(LogEntry::upstreamProtocol);
      case RESPONSE_CODE -> (Piece.Whole) LogEntry::responseCode;
      case RESPONSE_CODE_DETAILS -> (Piece) Fields::responseCodeDetails;
      case CONNECTION_TERMINATION_DETAILS -> text(LogEntry::connectionTerminationDetails);
      case RESPONSE_FLAGS -> (out, entry) -> flags(out, entry, false);
      case RESPONSE_FLAGS_LONG -> (out, entry) -> flags(out, entry, true);
      case BYTES_RECEIVED -> (Piece.Whole) LogEntry::bytesReceived;
      case BYTES_SENT -> (Piece.Whole) LogEntry::bytesSent;
      case REQUEST_HEADERS_BYTES -> (Piece.Whole) e -> size(e.requestHeaders());
      case RESPONSE_HEADERS_BYTES -> (Piece.Whole) e -> size(e.responseHeaders());
      case RESPONSE_TRAILERS_BYTES -> (Piece.Whole) e -> size(e.responseTrailers());
      case UPSTREAM_WIRE_BYTES_SENT -> (Piece.Whole) LogEntry::upstreamWireBytesSent;
      case UPSTREAM_WIRE_BYTES_RECEIVED -> (Piece.Whole) LogEntry::upstreamWireBytesReceived;
      case UPSTREAM_HEADER_BYTES_SENT, UPSTREAM_DECOMPRESSED_HEADER_BYTES_SENT ->
          (Piece.Whole) LogEntry::upstreamHeaderBytesSent;
      case UPSTREAM_HEADER_BYTES_RECEIVED, UPSTREAM_DECOMPRESSED_HEADER_BYTES_RECEIVED ->
          (Piece.Whole) LogEntry::upstreamHeaderBytesReceived;
      case DOWNSTREAM_WIRE_BYTES_SENT -> (Piece.Whole) LogEntry::downstreamWireBytesSent;
      case DOWNSTREAM_WIRE_BYTES_RECEIVED -> (Piece.Whole) LogEntry::downstreamWireBytesReceived;
      case DOWNSTREAM_HEADER_BYTES_SENT, DOWNSTREAM_DECOMPRESSED_HEADER_BYTES_SENT ->
          (Piece.Whole) LogEntry::downstreamHeaderBytesSent;
      case DOWNSTREAM_HEADER_BYTES_RECEIVED, DOWNSTREAM_DECOMPRESSED_HEADER_BYTES_RECEIVED ->
          (Piece.Whole) LogEntry::downstreamHeaderBytesReceived;
      case DURATION -> (Piece.Whole) e -> since(e, e.endNanos());
      case REQUEST_DURATION -> (Piece.Whole) e -> since(e, e.requestEndNanos());
      case REQUEST_TX_DURATION -> (Piece.Whole) e -> since(e, e.upstreamLastSentNanos());
      case RESPONSE_DURATION -> (Piece.Whole) e -> since(e, e.upstreamFirstReceivedNanos());
      case RESPONSE_TX_DURATION ->
          (Piece.Whole) e -> millis(e.upstreamFirstReceivedNanos(), e.responseLastSentNanos());
      case DOWNSTREAM_HANDSHAKE_DURATION ->
          (Piece.Whole) e -> since(e, e.downstreamHandshakeNanos());
      case UPSTREAM_CONNECTION_POOL_READY_DURATION ->
          (Piece.Whole) e -> since(e, e.upstreamReadyNanos());
      case UPSTREAM_CONNECTION_ID -> (Piece.Whole) e -> orUnset(e.upstreamConnectionId());
      case UPSTREAM_REQUEST_ATTEMPT_COUNT -> (Piece.Whole) LogEntry::upstreamAttempts;
      case CONNECTION_ID -> (Piece.Whole) LogEntry::connectionId;
      case STREAM_ID -> text(LogEntry::streamId);
      case UNIQUE_ID -> text(entry -> UUID.randomUUID().toString());
      case ROUTE_NAME -> text(LogEntry::routeName);
      case VIRTUAL_CLUSTER_NAME -> text(LogEntry::virtualClusterName);
      case FILTER_CHAIN_NAME -> text(LogEntry::filterChainName);
      case ACCESS_LOG_TYPE -> text(entry -> entry.type().name());
      case HOSTNAME -> new Piece.Literal(HostName.BYTES);
      case LOCAL_REPLY_BODY ->
          (out, entry) -> {
            String body = entry.localReplyBody();
            if (body != null) {
              out.put(body);
            }
            return true; // where there is none it is empty, not unset
          };
      case REQUESTED_SERVER_NAME -> text(LogEntry::requestedServerName);
      case TRACE_ID -> text(LogEntry::traceId);
      case SPAN_ID -> text(LogEntry::spanId);
      default -> upstream(operator);
    };
  }

  private static Piece upstream(Operator operator) {
    return switch (operator) {
      case UPSTREAM_HOST -> text(LogEntry::upstreamHost);
      case UPSTREAM_HOST_NAME -> text(LogEntry::upstreamHostName);
      case UPSTREAM_HOST_NAME_WITHOUT_PORT -> text(e -> host(e.upstreamHostName()));
      case UPSTREAM_HOSTS_ATTEMPTED, UPSTREAM_HOST_NAMES_ATTEMPTED ->
          text(LogEntry::upstreamHostsAttempted);
      case UPSTREAM_CLUSTER -> text(LogEntry::upstreamCluster);
      case UPSTREAM_CLUSTER_RAW -> text(LogEntry::upstreamClusterRaw);
      case UPSTREAM_LOCAL_ADDRESS -> text(LogEntry::upstreamLocalAddress);
      case UPSTREAM_LOCAL_ADDRESS_WITHOUT_PORT -> text(e -> host(e.upstreamLocalAddress()));
      case UPSTREAM_LOCAL_PORT -> (Piece.Whole) e -> port(e.upstreamLocalAddress());
      case UPSTREAM_REMOTE_ADDRESS -> text(LogEntry::upstreamRemoteAddress);
      case UPSTREAM_REMOTE_ADDRESS_WITHOUT_PORT -> text(e -> host(e.upstreamRemoteAddress()));
      case UPSTREAM_REMOTE_PORT -> (Piece.Whole) e -> port(e.upstreamRemoteAddress());
      case UPSTREAM_TRANSPORT_FAILURE_REASON ->
          text(e -> unspaced(e.upstreamTransportFailureReason()));
      case UPSTREAM_TLS_VERSION -> tls(false, TlsFacts::version);
      case UPSTREAM_TLS_CIPHER -> tls(false, TlsFacts::cipher);
      case UPSTREAM_TLS_SESSION_ID -> tls(false, TlsFacts::sessionId);
      case UPSTREAM_PEER_SUBJECT -> tls(false, TlsFacts::peerSubject);
      case UPSTREAM_PEER_ISSUER -> tls(false, TlsFacts::peerIssuer);
      case UPSTREAM_PEER_CERT -> tls(false, TlsFacts::peerCertificate);
      case UPSTREAM_PEER_URI_SAN -> tls(false, facts -> joined(facts.peerUriSans()));
      case UPSTREAM_PEER_DNS_SAN -> tls(false, facts -> joined(facts.peerDnsSans()));
      case UPSTREAM_PEER_IP_SAN -> tls(false, facts -> joined(facts.peerIpSans()));
      case UPSTREAM_LOCAL_URI_SAN -> tls(false, facts -> joined(facts.localUriSans()));
      case UPSTREAM_LOCAL_DNS_SAN -> tls(false, facts -> joined(facts.localDnsSans()));
      default -> downstream(operator);
    };
  }

  private static Piece downstream(Operator operator) {
    return switch (operator) {
      case DOWNSTREAM_REMOTE_ADDRESS -> text(LogEntry::downstreamRemoteAddress);
      case DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT -> text(e -> host(e.downstreamRemoteAddress()));
      case DOWNSTREAM_REMOTE_PORT -> (Piece.Whole) e -> port(e.downstreamRemoteAddress());
      case DOWNSTREAM_LOCAL_ADDRESS -> text(LogEntry::downstreamLocalAddress);
      case DOWNSTREAM_LOCAL_ADDRESS_WITHOUT_PORT -> text(e -> host(e.downstreamLocalAddress()));
      case DOWNSTREAM_LOCAL_PORT -> (Piece.Whole) e -> port(e.downstreamLocalAddress());
      case DOWNSTREAM_DIRECT_REMOTE_ADDRESS -> text(LogEntry::downstreamDirectRemoteAddress);
      case DOWNSTREAM_DIRECT_REMOTE_ADDRESS_WITHOUT_PORT ->
          text(e -> host(e.downstreamDirectRemoteAddress()));
      case DOWNSTREAM_DIRECT_REMOTE_PORT ->
          (Piece.Whole) e -> port(e.downstreamDirectRemoteAddress());
      case DOWNSTREAM_DIRECT_LOCAL_ADDRESS -> text(LogEntry::downstreamDirectLocalAddress);
      case DOWNSTREAM_DIRECT_LOCAL_ADDRESS_WITHOUT_PORT ->
          text(e -> host(e.downstreamDirectLocalAddress()));
      case DOWNSTREAM_DIRECT_LOCAL_PORT ->
          (Piece.Whole) e -> port(e.downstreamDirectLocalAddress());
      case DOWNSTREAM_TRANSPORT_FAILURE_REASON ->
          text(e -> unspaced(e.downstreamTransportFailureReason()));
      case DOWNSTREAM_LOCAL_CLOSE_REASON -> text(LogEntry::downstreamLocalCloseReason);
      case DOWNSTREAM_TLS_VERSION -> tls(true, TlsFacts::version);
      case DOWNSTREAM_TLS_CIPHER -> tls(true, TlsFacts::cipher);
      case DOWNSTREAM_TLS_SESSION_ID -> tls(true, TlsFacts::sessionId);
      case DOWNSTREAM_PEER_SUBJECT -> tls(true, TlsFacts::peerSubject);
      case DOWNSTREAM_PEER_ISSUER -> tls(true, TlsFacts::peerIssuer);
      case DOWNSTREAM_PEER_SERIAL -> tls(true, TlsFacts::peerSerial);
      case DOWNSTREAM_PEER_FINGERPRINT_1 -> tls(true, TlsFacts::peerFingerprint1);
      case DOWNSTREAM_PEER_FINGERPRINT_256 -> tls(true, TlsFacts::peerFingerprint256);
      case DOWNSTREAM_PEER_CERT -> tls(true, TlsFacts::peerCertificate);
      case DOWNSTREAM_PEER_URI_SAN -> tls(true, facts -> joined(facts.peerUriSans()));
      case DOWNSTREAM_PEER_DNS_SAN -> tls(true, facts -> joined(facts.peerDnsSans()));
      case DOWNSTREAM_PEER_IP_SAN -> tls(true, facts -> joined(facts.peerIpSans()));
      case DOWNSTREAM_PEER_EMAIL_SAN -> tls(true, facts -> joined(facts.peerEmailSans()));
      case DOWNSTREAM_LOCAL_SUBJECT -> tls(true, TlsFacts::localSubject);
      case DOWNSTREAM_LOCAL_URI_SAN -> tls(true, facts -> joined(facts.localUriSans()));
      case DOWNSTREAM_LOCAL_DNS_SAN -> tls(true, facts -> joined(facts.localDnsSans()));
      default -> (out, entry) -> false; // not known here: prints as unset
    };
  }

  private static Piece text(Piece.Text text) {
    return text;
  }

  private static Piece tls(boolean downstream, Function<TlsFacts, @Nullable String> fact) {
    return text(
        entry -> {
          TlsFacts facts = downstream ? entry.downstreamTls() : entry.upstreamTls();
          return facts == null ? null : fact.apply(facts);
        });
  }

  private static @Nullable String joined(List<String> names) {
    return names.isEmpty() ? null : names.size() == 1 ? names.getFirst() : String.join(",", names);
  }

  /** Blanks print as underscores (ALLOW_WHITESPACES is off). */
  private static boolean responseCodeDetails(LogBuffer out, LogEntry entry) {
    String details = entry.responseCodeDetails();
    if (details == null || details.isEmpty()) {
      return false;
    }
    int start = out.length();
    out.put(details);
    byte[] data = out.data();
    for (int i = start; i < out.length(); i++) {
      if (data[i] == ' ' || data[i] == '\t' || data[i] == '\n' || data[i] == '\r') {
        data[i] = '_';
      }
    }
    return true;
  }

  private static boolean flags(LogBuffer out, LogEntry entry, boolean longNames) {
    long flags = entry.responseFlags();
    if (flags == 0) {
      out.put('-');
      return true;
    }
    ResponseFlag flag = ResponseFlag.at(flags, 0);
    for (int i = 0; flag != null; flag = ResponseFlag.at(flags, ++i)) {
      if (i > 0) {
        out.put(',');
      }
      out.put(longNames ? flag.longName() : flag.shortName());
    }
    return true;
  }

  private static long size(@Nullable Headers headers) {
    return headers == null ? 0 : headers.byteSize();
  }

  private static long orUnset(long number) {
    return number == 0 ? Piece.Whole.UNSET : number;
  }

  private static long since(LogEntry entry, long nanos) {
    return millis(entry.startNanos(), nanos);
  }

  private static long millis(long from, long to) {
    return from == 0 || to == 0 ? Piece.Whole.UNSET : Math.max(0, (to - from) / 1_000_000);
  }

  /** An address without its port and brackets. */
  private static @Nullable String host(@Nullable String address) {
    int colon = address == null ? -1 : address.lastIndexOf(':');
    if (address == null || colon < 0) {
      return address;
    }
    boolean six = address.charAt(0) == '[' && address.charAt(colon - 1) == ']';
    return six ? address.substring(1, colon - 1) : address.substring(0, colon);
  }

  private static long port(@Nullable String address) {
    int colon = address == null ? -1 : address.lastIndexOf(':');
    if (address == null || colon < 0 || colon + 1 == address.length()) {
      return Piece.Whole.UNSET;
    }
    long port = 0;
    for (int i = colon + 1; i < address.length(); i++) {
      int digit = address.charAt(i) - '0';
      if (digit < 0 || digit > 9) {
        return Piece.Whole.UNSET;
      }
      port = port * 10 + digit;
    }
    return port;
  }

  /** Envoy prints the transport's sentences with underscores, so that a line splits at blanks. */
  private static @Nullable String unspaced(@Nullable String sentence) {
    return sentence == null ? null : sentence.replace(' ', '_');
  }
}
