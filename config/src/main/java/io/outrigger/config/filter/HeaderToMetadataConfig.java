package io.outrigger.config.filter;

import io.outrigger.config.http.HeaderName;
import io.outrigger.config.match.RegexSubstitution;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** envoy.filters.http.header_to_metadata, for the chain or a route. */
public record HeaderToMetadataConfig(List<Rule> request, List<Rule> response)
    implements FilterConfig {
  public HeaderToMetadataConfig {
    request = List.copyOf(request);
    response = List.copyOf(response);
  }

  /**
   * What is noted of a header, or of a cookie.
   *
   * @param cookie empty: the header itself
   * @param present null: nothing
   * @param missing null: nothing
   * @param remove the header goes
   */
  public record Rule(
      HeaderName header,
      String cookie,
      @Nullable Put present,
      @Nullable Put missing,
      boolean remove) {}

  /**
   * Where a value goes.
   *
   * @param value empty: the header's
   * @param rewrite null: the value as it is
   */
  public record Put(
      String namespace,
      String key,
      String value,
      @Nullable RegexSubstitution rewrite,
      ValueType type,
      boolean base64) {}

  /** What a value becomes. */
  public enum ValueType {
    STRING,
    NUMBER,
    PROTOBUF_VALUE
  }
}
