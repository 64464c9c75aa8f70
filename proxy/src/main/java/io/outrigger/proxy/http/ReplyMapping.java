package io.outrigger.proxy.http;

import io.outrigger.config.accesslog.AccessLogFormat;
import io.outrigger.config.hcm.LocalReplyConfig;
import io.outrigger.config.http.HeaderName;
import io.outrigger.config.http.Headers;
import io.outrigger.proxy.accesslog.EntryText;
import io.outrigger.proxy.accesslog.Gate;
import org.jspecify.annotations.Nullable;

/** The local_reply_config of a connection manager, on one worker: changes local replies. */
final class ReplyMapping {
  private static final String TEXT = "text/plain";
  private static final String JSON = "application/json";

  private final Mapper[] mappers;
  private final @Nullable Body body;

  private record Body(EntryText text, String contentType) {}

  private record Mapper(LocalReplyConfig.Mapper config, Gate gate, @Nullable Body body) {}

  /** A reply's body, and the type that its format has. */
  @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
  record Text(byte[] bytes, String contentType) {}

  ReplyMapping(LocalReplyConfig config) {
    this.mappers = new Mapper[config.mappers().size()];
    for (int i = 0; i < mappers.length; i++) {
      LocalReplyConfig.Mapper mapper = config.mappers().get(i);
      mappers[i] = new Mapper(mapper, Gate.of(mapper.filter()), body(mapper.bodyFormat()));
    }
    this.body = body(config.bodyFormat());
  }

  private static @Nullable Body body(LocalReplyConfig.@Nullable BodyFormat config) {
    if (config == null) {
      return null;
    }
    String type = config.format() instanceof AccessLogFormat.Json ? JSON : TEXT;
    return new Body(
        new EntryText(config.format()),
        config.contentType().isEmpty() ? type : config.contentType());
  }

  /** Changes status and headers as the first mapper that fits says, and gives the body. */
  Text apply(Exchange exchange, Headers headers, byte[] original) {
    byte[] bytes = original;
    Body format = body;
    for (Mapper mapper : mappers) {
      if (!mapper.gate().passes(exchange)) {
        continue;
      }
      LocalReplyConfig.Mapper config = mapper.config();
      if (config.body() != null) {
        HttpScope scope = exchange.scope();
        int length = scope.values().write(config.body(), exchange);
        bytes = java.util.Arrays.copyOf(scope.values().data(), length);
        exchange.localReply(bytes);
      }
      exchange.scope().mutator().apply(config.responseHeaders(), headers, exchange);
      if (config.statusCode() != 0) {
        exchange.scope().text().setNumber(headers, HeaderName.STATUS, config.statusCode());
        exchange.upstreamStatus(config.statusCode());
      }
      if (mapper.body() != null) {
        format = mapper.body();
      }
      break;
    }
    return format == null
        ? new Text(bytes, TEXT)
        : new Text(format.text().bytes(exchange), format.contentType());
  }
}
