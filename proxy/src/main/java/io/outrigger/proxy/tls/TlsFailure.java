package io.outrigger.proxy.tls;

import io.netty.handler.ssl.NotSslRecordException;
import java.nio.channels.ClosedChannelException;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Why a handshake failed.
 *
 * @param reason the sentence for %DOWNSTREAM_TRANSPORT_FAILURE_REASON% and its upstream twin; empty
 *     where the peer just went away
 */
record TlsFailure(Kind kind, String reason) {
  /** What to count it as. */
  enum Kind {
    PROTOCOL,
    NO_CERTIFICATE,
    CHAIN,
    SAN,
    HASH,
    CLOSED
  }

  private static final String VERIFY_FAILED =
      "TLS_error:|268435581:SSL routines:OPENSSL_internal:CERTIFICATE_VERIFY_FAILED:";
  private static final String NOT_TLS =
      "TLS_error:|268435703:SSL routines:OPENSSL_internal:WRONG_VERSION_NUMBER:TLS_error_end";
  private static final String NO_PEER_CERTIFICATE = "PEER_DID_NOT_RETURN_A_CERTIFICATE";

  /**
   * {@code error:100000f7:SSL routines:OPENSSL_internal:WRONG_VERSION_NUMBER} as Netty tells it.
   */
  private static final Pattern OPENSSL =
      Pattern.compile("error:([0-9a-fA-F]{1,8}):([^:]*):([^:]*):(\\S+)");

  static TlsFailure of(Throwable failure) {
    PeerRejected rejected = find(failure);
    if (rejected != null) {
      Kind kind =
          switch (rejected.check()) {
            case CHAIN -> Kind.CHAIN;
            case SAN -> Kind.SAN;
            case HASH -> Kind.HASH;
          };
      return new TlsFailure(kind, VERIFY_FAILED + rejected.getMessage() + ":TLS_error_end");
    }
    if (failure instanceof NotSslRecordException) {
      // Netty looks at the record before the library does, and says it otherwise
      return new TlsFailure(Kind.PROTOCOL, NOT_TLS);
    }
    String message = String.valueOf(failure.getMessage());
    if (message.contains(NO_PEER_CERTIFICATE)) {
      return noCertificate();
    }
    Matcher openssl = OPENSSL.matcher(message);
    if (openssl.find()) {
      String reason =
          "TLS_error:|"
              + Long.parseLong(openssl.group(1), 16)
              + ":"
              + openssl.group(2)
              + ":"
              + openssl.group(3)
              + ":"
              + openssl.group(4)
              + ":TLS_error_end";
      return new TlsFailure(Kind.PROTOCOL, reason);
    }
    if (message.contains("Empty client certificate chain")) {
      return noCertificate();
    }
    if (failure instanceof ClosedChannelException
        || message.toLowerCase(Locale.ROOT).contains("closed")) {
      return new TlsFailure(Kind.CLOSED, "");
    }
    return new TlsFailure(Kind.PROTOCOL, "TLS_error:|" + message + ":TLS_error_end");
  }

  private static TlsFailure noCertificate() {
    return new TlsFailure(
        Kind.NO_CERTIFICATE,
        openssl(
            268435648, NO_PEER_CERTIFICATE + ":peer did not provide required client certificate"));
  }

  private static String openssl(long code, String reason) {
    return "TLS_error:|" + code + ":SSL routines:OPENSSL_internal:" + reason + ":TLS_error_end";
  }

  /** The refusal at the bottom of a failure, if it was one of a certificate. */
  static @Nullable PeerRejected find(Throwable failure) {
    int depth = 0;
    for (Throwable at = failure; at != null && depth < 8; at = at.getCause(), depth++) {
      if (at instanceof PeerRejected rejected) {
        return rejected;
      }
      for (Throwable suppressed : at.getSuppressed()) {
        if (suppressed instanceof PeerRejected rejected) {
          return rejected;
        }
      }
    }
    return null;
  }
}
