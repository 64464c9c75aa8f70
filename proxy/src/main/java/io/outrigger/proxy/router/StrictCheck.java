package io.outrigger.proxy.router;

import io.outrigger.config.filter.RouterConfig;
import io.outrigger.config.http.HeaderName;
import io.outrigger.config.http.Headers;
import io.outrigger.config.route.RetryOn;
import io.outrigger.proxy.accesslog.ResponseFlag;
import io.outrigger.proxy.http.Exchange;

/** strict_check_headers of the router: a request with a bad x-envoy header is refused. */
final class StrictCheck {
  private StrictCheck() {}

  /** Whether a header was found bad, and the request answered. */
  static boolean refuses(Exchange exchange, RouterConfig config) {
    Headers headers = exchange.request();
    for (String name : config.strictCheckHeaders()) {
      String value = headers.value(HeaderName.of(name));
      if (value != null && !isValid(name, value)) {
        exchange.reply(
            400,
            "invalid header '" + name + "' with value '" + value + "'",
            "request_headers_failed_strict_check",
            ResponseFlag.IH,
            -1);
        return true;
      }
    }
    return false;
  }

  private static boolean isValid(String name, String value) {
    return switch (name) {
      case "x-envoy-retry-on" -> all(value, false);
      case "x-envoy-retry-grpc-on" -> all(value, true);
      default -> isNumber(value);
    };
  }

  /** Whether all words are conditions, gRPC's or the others. */
  private static boolean all(String value, boolean grpc) {
    for (String word : value.split(",", -1)) {
      RetryOn condition = RetryOn.of(word.strip());
      if (condition == null || condition.isGrpc() != grpc) {
        return false;
      }
    }
    return true;
  }

  private static boolean isNumber(String value) {
    for (int i = 0; i < value.length(); i++) {
      if (value.charAt(i) < '0' || value.charAt(i) > '9') {
        return false;
      }
    }
    return !value.isEmpty() && value.length() < 19;
  }
}
