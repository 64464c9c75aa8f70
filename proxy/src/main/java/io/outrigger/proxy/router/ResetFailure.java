package io.outrigger.proxy.router;

import io.outrigger.proxy.accesslog.ResponseFlag;
import io.outrigger.proxy.stream.ResetReason;
import org.jspecify.annotations.Nullable;

/** How a reset of the upstream is told to the client and the log. */
final class ResetFailure {
  private ResetFailure() {}

  static ResponseFlag flag(ResetReason reason) {
    return switch (reason) {
      case LOCAL_CONNECTION_FAILURE, REMOTE_CONNECTION_FAILURE, CONNECTION_TIMEOUT ->
          ResponseFlag.UF;
      case CONNECTION_TERMINATION -> ResponseFlag.UC;
      case LOCAL_RESET, LOCAL_REFUSED_STREAM -> ResponseFlag.LR;
      case REMOTE_RESET, REMOTE_REFUSED_STREAM -> ResponseFlag.UR;
      case OVERFLOW -> ResponseFlag.UO;
      case NO_POOL -> ResponseFlag.UH;
      case PROTOCOL_ERROR -> ResponseFlag.UPE;
      case OVERLOAD_MANAGER -> ResponseFlag.OM;
    };
  }

  static int status(ResetReason reason) {
    return reason == ResetReason.PROTOCOL_ERROR ? 502 : 503;
  }

  static String body(ResetReason reason, boolean retried) {
    return "upstream connect error or disconnect/reset before headers. "
        + (retried ? "retried and the latest " : "")
        + "reset reason: "
        + sentence(reason);
  }

  static String sentence(ResetReason reason) {
    return reason.text().replace('_', ' ');
  }

  static String details(
      ResetReason reason, @Nullable String transportFailure, boolean responseBegun) {
    String when =
        responseBegun
            ? "upstream_reset_after_response_started{"
            : "upstream_reset_before_response_started{";
    String detail =
        transportFailure == null || transportFailure.isEmpty()
            ? reason.text()
            : reason.text() + "|" + transportFailure.replace(' ', '_');
    return when + detail + "}";
  }
}
