package io.outrigger.config.accesslog;

import io.outrigger.config.http.HeaderName;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A piece of a parsed format: text, or an operator with its arguments.
 *
 * <p>{@code maxLength} is the {@code :N} after an operator; 0: no limit.
 */
public sealed interface FormatElement {
  /** Text between operators. */
  final class Literal implements FormatElement {
    private final String text;
    private final byte[] bytes;

    public Literal(String text) {
      this.text = text;
      this.bytes = text.getBytes(java.nio.charset.StandardCharsets.UTF_8);
    }

    public String text() {
      return text;
    }

    /** The text's bytes; shared, never to be written to. */
    public byte[] bytes() {
      return bytes;
    }

    @Override
    public String toString() {
      return text;
    }
  }

  /** An operator without arguments. */
  record Field(Operator operator, int maxLength) implements FormatElement {}

  /** A header of the request, response or trailers; {@code alternative} if the first is missing. */
  record Header(
      HeaderSource source, HeaderName name, @Nullable HeaderName alternative, int maxLength)
      implements FormatElement {}

  /** REQ_WITHOUT_QUERY: a request header without what follows a question mark. */
  record HeaderWithoutQuery(HeaderName name, @Nullable HeaderName alternative, int maxLength)
      implements FormatElement {}

  /** A point in time in a strftime format. */
  record Time(TimeSource source, TimeFormat format) implements FormatElement {}

  /** Metadata of a kind at a path, as text or JSON. */
  record MetadataField(MetadataSource source, String namespace, List<String> path, int maxLength)
      implements FormatElement {
    public MetadataField {
      path = List.copyOf(path);
    }
  }

  /** Filter state under a key; {@code upstream}: that of the upstream connection. */
  record FilterState(String key, boolean upstream, boolean plain, String field, int maxLength)
      implements FormatElement {}

  /** COMMON_DURATION: time between two points, in a unit of nanoseconds. */
  record Duration(TimePoint start, TimePoint end, long unitNanos) implements FormatElement {}

  /** QUERY_PARAM: the first query parameter of this name. */
  record QueryParameter(String name, int maxLength) implements FormatElement {}

  /** PATH: the request's path, before or after rewriting, with or without its query. */
  record Path(boolean withQuery, PathVersion version, int maxLength) implements FormatElement {}

  /** QUERY_PARAMS: the whole query, as it came or as it was decoded. */
  record Query(boolean original, int maxLength) implements FormatElement {}

  /** GRPC_STATUS, in one of its spellings. */
  record GrpcStatus(GrpcStatusSpelling spelling) implements FormatElement {}

  /** Where a header is looked up. */
  enum HeaderSource {
    REQUEST,
    RESPONSE,
    TRAILER
  }

  /** What point in time is printed. */
  enum TimeSource {
    START_TIME,
    EMIT_TIME,
    DOWNSTREAM_PEER_CERT_V_START,
    DOWNSTREAM_PEER_CERT_V_END,
    UPSTREAM_PEER_CERT_V_START,
    UPSTREAM_PEER_CERT_V_END
  }

  /** Whose metadata is printed. */
  enum MetadataSource {
    DYNAMIC,
    ROUTE,
    CLUSTER,
    UPSTREAM_HOST,
    LISTENER,
    LISTENER_FILTER_CHAIN,
    VIRTUAL_HOST
  }

  /** Points of a request's way that COMMON_DURATION names. */
  enum TimePoint {
    DS_RX_BEG,
    DS_RX_END,
    US_CX_BEG,
    US_CX_END,
    US_HS_END,
    US_TX_BEG,
    US_TX_END,
    US_RX_BEG,
    US_RX_BODY_BEG,
    US_RX_END,
    DS_TX_BEG,
    DS_TX_END
  }

  /** Which path PATH prints. */
  enum PathVersion {
    ORIGINAL_OR_CURRENT,
    ORIGINAL,
    CURRENT
  }

  /** How a gRPC status is spelled. */
  enum GrpcStatusSpelling {
    CAMEL_STRING,
    SNAKE_STRING,
    NUMBER
  }
}
