package io.outrigger.config.tracing;

import io.outrigger.config.accesslog.FormatElement.MetadataSource;
import io.outrigger.config.http.HeaderName;
import java.util.List;

/** A tag that spans get besides the usual ones. An empty value is no tag. */
public record CustomTag(String name, Source source) {
  /** Where its value comes from. */
  public sealed interface Source {}

  /** Text, or what an environment variable said when the configuration was loaded. */
  public record Literal(String value) implements Source {}

  /** A header of the request. */
  public record RequestHeader(HeaderName header, String otherwise) implements Source {}

  /** A value in metadata. */
  public record MetadataValue(
      MetadataSource kind, String namespace, List<String> path, String otherwise)
      implements Source {
    public MetadataValue {
      path = List.copyOf(path);
    }
  }
}
