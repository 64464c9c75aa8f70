package io.outrigger.proxy.tracing;

import io.outrigger.config.http.HeaderName;
import io.outrigger.config.http.HeaderText;
import io.outrigger.config.http.Headers;
import io.outrigger.config.tracing.CustomTag;
import io.outrigger.proxy.accesslog.LogEntry;
import io.outrigger.proxy.accesslog.MetadataPiece;
import org.jspecify.annotations.Nullable;

/** The values of custom tags, for spans and for access logs. */
public final class TagValues {
  private TagValues() {}

  /** A tag's value; empty where there is none. */
  public static String of(LogEntry entry, CustomTag.Source source) {
    if (source instanceof CustomTag.Literal literal) {
      return literal.value();
    }
    if (source instanceof CustomTag.RequestHeader header) {
      Headers headers = entry.requestHeaders();
      return orElse(headers == null ? null : text(headers, header.header()), header.otherwise());
    }
    if (source instanceof CustomTag.MetadataValue metadata) {
      String[] path = metadata.path().toArray(String[]::new);
      return orElse(
          MetadataPiece.text(
              switch (metadata.kind()) {
                case DYNAMIC -> entry.dynamicMetadata(metadata.namespace(), path);
                default -> entry.metadata(metadata.kind().name(), metadata.namespace(), path);
              }),
          metadata.otherwise());
    }
    throw new IllegalStateException("unknown Source: " + source);
  }

  private static String orElse(@Nullable String value, String otherwise) {
    return value == null ? otherwise : value;
  }

  private static @Nullable String text(Headers headers, HeaderName name) {
    String value = headers.value(name);
    return value == null ? null : HeaderText.utf8(value);
  }
}
