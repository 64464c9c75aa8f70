package io.outrigger.config.protocol;

import io.envoyproxy.envoy.config.core.v3.Http1ProtocolOptions;
import io.outrigger.config.compile.Problems;
import io.outrigger.config.protocol.Http1Options.HeaderKeyFormat;

/** Compiles Http1ProtocolOptions messages. */
public final class Http1OptionsCompiler {
  private static final String PRESERVE_CASE =
      "envoy.extensions.http.header_formatters.preserve_case.v3.PreserveCaseFormatterConfig";

  private Http1OptionsCompiler() {}

  /**
   * The options.
   *
   * @param streamError what holds unless override_stream_error_on_invalid_http_message is set
   */
  public static Http1Options compile(
      Http1ProtocolOptions proto, boolean streamError, Problems problems) {
    if (proto.getIgnoreHttp11UpgradeCount() > 0) {
      problems.ignored("ignore_http_11_upgrade");
    }
    if (proto.getAllowCustomMethods()) {
      problems.ignored("allow_custom_methods");
    }
    return new Http1Options(
        !proto.hasAllowAbsoluteUrl() || proto.getAllowAbsoluteUrl().getValue(),
        proto.getAcceptHttp10(),
        proto.getDefaultHostForHttp10(),
        keyFormat(proto, problems.at("header_key_format")),
        proto.getEnableTrailers(),
        proto.getAllowChunkedLength(),
        proto.hasOverrideStreamErrorOnInvalidHttpMessage()
            ? proto.getOverrideStreamErrorOnInvalidHttpMessage().getValue()
            : streamError,
        proto.getSendFullyQualifiedUrl());
  }

  private static HeaderKeyFormat keyFormat(Http1ProtocolOptions proto, Problems problems) {
    return switch (proto.getHeaderKeyFormat().getHeaderFormatCase()) {
      case PROPER_CASE_WORDS -> HeaderKeyFormat.PROPER_CASE_WORDS;
      case STATEFUL_FORMATTER -> {
        String type =
            proto.getHeaderKeyFormat().getStatefulFormatter().getTypedConfig().getTypeUrl();
        if (!type.endsWith("/" + PRESERVE_CASE)) {
          problems.error("stateful_formatter", "'" + type + "' is not supported; preserve_case is");
        }
        problems.warning(
            "header_key_format", "preserve_case has no effect yet: names are lower case");
        yield HeaderKeyFormat.PRESERVE_CASE;
      }
      case HEADERFORMAT_NOT_SET -> HeaderKeyFormat.LOWER_CASE;
    };
  }
}
