package io.outrigger.config.hcm;

import io.outrigger.config.accesslog.AccessLogFilter;
import io.outrigger.config.accesslog.AccessLogFormat;
import io.outrigger.config.accesslog.LogFormat;
import io.outrigger.config.route.HeaderMutations;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How local replies are changed.
 *
 * @param mappers the first whose filter passes is used
 * @param bodyFormat null: the body as it is
 */
public record LocalReplyConfig(List<Mapper> mappers, @Nullable BodyFormat bodyFormat) {
  public LocalReplyConfig {
    mappers = List.copyOf(mappers);
  }

  /**
   * A change for some replies.
   *
   * @param statusCode 0: as it is
   * @param body null: as it is
   * @param bodyFormat null: that of the configuration
   */
  public record Mapper(
      AccessLogFilter filter,
      int statusCode,
      @Nullable LogFormat body,
      HeaderMutations responseHeaders,
      @Nullable BodyFormat bodyFormat) {}

  /** A body's format and its content type; empty: text/plain, or application/json. */
  public record BodyFormat(AccessLogFormat format, String contentType) {}
}
