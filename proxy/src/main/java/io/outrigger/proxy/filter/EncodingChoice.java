package io.outrigger.proxy.filter;

import io.outrigger.config.compression.CompressionLibrary.Encoding;
import io.outrigger.config.http.Headers;
import io.outrigger.proxy.http.Exchange;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Which of the compressors in an exchange's chain its client wants most (RFC 9110 12.5.3): that of
 * the greatest weight, among equal ones the first of the header, or the one that is to be chosen
 * first.
 */
final class EncodingChoice {
  /** Why it is this one. */
  enum Reason {
    NAMED,
    WILDCARD,
    IDENTITY,
    NOT_VALID
  }

  private final Exchange exchange;
  private final Headers response;
  private @Nullable Encoding encoding;
  private Reason reason = Reason.NOT_VALID;
  private @Nullable Encoding first;
  private float weight;

  EncodingChoice(Exchange exchange, Headers response, String accepted) {
    this.exchange = exchange;
    this.response = response;
    for (int i = 0; i < exchange.filters().count(); i++) {
      CompressorFilter filter = compressor(i);
      if (filter != null && filter.config().chooseFirst()) {
        first = filter.config().library().encoding(); // the last of them
      }
    }
    for (int from = 0; from < accepted.length(); ) {
      int comma = accepted.indexOf(',', from);
      int end = comma < 0 ? accepted.length() : comma;
      if (end > from) {
        consider(accepted.substring(from, end));
      }
      from = end + 1;
    }
  }

  /** Null: none. */
  @Nullable Encoding encoding() {
    return encoding;
  }

  Reason reason() {
    return reason;
  }

  private void consider(String element) {
    int semicolon = element.indexOf(';');
    String token = (semicolon < 0 ? element : element.substring(0, semicolon)).strip();
    float q = semicolon < 0 ? 1 : weight(element.substring(semicolon + 1));
    if (Float.isNaN(q)) {
      return;
    }
    if (token.equals("*")) {
      if (q > weight) {
        choose(q, Reason.WILDCARD, anyCompressor());
      }
    } else if (token.equals("identity")) {
      if (q > weight) {
        choose(q, Reason.IDENTITY, null);
      }
    } else {
      Encoding named = compressorOf(token.toLowerCase(Locale.ROOT));
      if (named != null && (q > weight || (q == weight && q > 0 && named == first))) {
        choose(q, Reason.NAMED, named);
      }
    }
  }

  private void choose(float q, Reason why, @Nullable Encoding which) {
    weight = q;
    reason = why;
    encoding = which;
  }

  /** The weight among an element's parameters; not a number where it can't be read. */
  private static float weight(String parameters) {
    int equals = parameters.indexOf('=');
    if (equals < 0 || !parameters.substring(0, equals).strip().equalsIgnoreCase("q")) {
      return 1;
    }
    try {
      return Float.parseFloat(parameters.substring(equals + 1).strip());
    } catch (NumberFormatException e) {
      return Float.NaN;
    }
  }

  private @Nullable Encoding compressorOf(String token) {
    for (int i = 0; i < exchange.filters().count(); i++) {
      CompressorFilter filter = compressor(i);
      if (filter != null && filter.config().library().encoding().token().equals(token)) {
        return filter.config().library().encoding();
      }
    }
    return null;
  }

  private @Nullable Encoding anyCompressor() {
    for (int i = 0; i < exchange.filters().count(); i++) {
      CompressorFilter filter = compressor(i);
      if (filter != null) {
        return filter.config().library().encoding();
      }
    }
    return null;
  }

  /** The compressor at this place of the chain, if it takes responses of this type. */
  private @Nullable CompressorFilter compressor(int index) {
    return exchange.filters().at(index) instanceof CompressorFilter filter
            && ContentFields.isOneOf(response, filter.config().response().contentTypes())
        ? filter
        : null;
  }
}
