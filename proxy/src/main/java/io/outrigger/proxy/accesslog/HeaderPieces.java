package io.outrigger.proxy.accesslog;

import io.outrigger.config.accesslog.FormatElement;
import io.outrigger.config.http.HeaderName;
import io.outrigger.config.http.Headers;
import io.outrigger.config.http.QueryParameters;
import java.nio.charset.StandardCharsets;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Operators whose value comes from headers: REQ, RESP, TRAILER, PATH, QUERY_PARAM and the like. */
final class HeaderPieces {
  private static final HeaderName PATH = HeaderName.of(":path");

  private HeaderPieces() {}

  static Piece header(FormatElement.Header header) {
    HeaderName name = header.name();
    HeaderName alternative = header.alternative();
    return switch (header.source()) {
      case REQUEST -> (out, entry) -> either(out, entry.requestHeaders(), name, alternative);
      case RESPONSE -> (out, entry) -> either(out, entry.responseHeaders(), name, alternative);
      case TRAILER -> (out, entry) -> either(out, entry.responseTrailers(), name, alternative);
    };
  }

  private static boolean either(
      LogBuffer out, @Nullable Headers headers, HeaderName name, @Nullable HeaderName alternative) {
    if (headers == null) {
      return false;
    }
    int slot = find(headers, name, alternative);
    if (slot < 0) {
      return false;
    }
    out.put(headers.data(), headers.valueOffset(slot), headers.valueLength(slot));
    return true;
  }

  private static int find(Headers headers, HeaderName name, @Nullable HeaderName alternative) {
    int slot = headers.find(name);
    return slot < 0 && alternative != null ? headers.find(alternative) : slot;
  }

  static Piece withoutQuery(FormatElement.HeaderWithoutQuery header) {
    return (out, entry) -> {
      Headers headers = entry.requestHeaders();
      int slot = headers == null ? -1 : find(headers, header.name(), header.alternative());
      if (headers == null || slot < 0) {
        return false;
      }
      int offset = headers.valueOffset(slot);
      out.put(headers.data(), offset, beforeQuery(headers, slot));
      return true;
    };
  }

  /** Length of the value up to a question mark. */
  private static int beforeQuery(Headers headers, int slot) {
    int offset = headers.valueOffset(slot);
    int length = headers.valueLength(slot);
    for (int i = 0; i < length; i++) {
      if (headers.data()[offset + i] == '?') {
        return i;
      }
    }
    return length;
  }

  static Piece path(FormatElement.Path path) {
    return (out, entry) -> {
      Headers headers = entry.requestHeaders();
      if (headers == null) {
        return false;
      }
      int slot =
          switch (path.version()) {
            case ORIGINAL -> headers.find(HeaderName.X_ENVOY_ORIGINAL_PATH);
            case CURRENT -> headers.find(PATH);
            case ORIGINAL_OR_CURRENT -> find(headers, HeaderName.X_ENVOY_ORIGINAL_PATH, PATH);
          };
      if (slot < 0) {
        return false;
      }
      int length = path.withQuery() ? headers.valueLength(slot) : beforeQuery(headers, slot);
      out.put(headers.data(), headers.valueOffset(slot), length);
      return true;
    };
  }

  static Piece query(FormatElement.Query query) {
    return bytes(
        path -> {
          int mark = path.indexOf('?');
          String text = mark < 0 ? null : path.substring(mark + 1);
          return text == null || query.original() ? text : QueryParameters.readable(text);
        });
  }

  static Piece queryParameter(FormatElement.QueryParameter parameter) {
    return bytes(path -> QueryParameters.firstDecoded(path, parameter.name()));
  }

  /** A part of the path, in the bytes that the request had; what is empty counts as absent. */
  private static Piece bytes(Function<String, @Nullable String> part) {
    return (out, entry) -> {
      String path = pathText(entry);
      String text = path == null ? null : part.apply(path);
      if (text == null || text.isEmpty()) {
        return false;
      }
      out.put(text.getBytes(StandardCharsets.ISO_8859_1));
      return true;
    };
  }

  private static @Nullable String pathText(LogEntry entry) {
    Headers headers = entry.requestHeaders();
    int slot = headers == null ? -1 : find(headers, HeaderName.X_ENVOY_ORIGINAL_PATH, PATH);
    return headers == null || slot < 0 ? null : headers.value(slot);
  }
}
