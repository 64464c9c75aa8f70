package io.outrigger.config.protocol;

import io.envoyproxy.envoy.config.core.v3.Http1ProtocolOptions;
import io.envoyproxy.envoy.extensions.http.header_formatters.preserve_case.v3.PreserveCaseFormatterConfig;
import io.envoyproxy.envoy.extensions.http.header_formatters.preserve_case.v3.PreserveCaseFormatterConfig.FormatterTypeOnEnvoyHeaders;
import io.outrigger.config.compile.Problems;
import io.outrigger.config.compile.TypedExtension;
import io.outrigger.config.protocol.Http1Options.HeaderKeyFormat;
import org.jspecify.annotations.Nullable;

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
    PreserveCaseFormatterConfig preserve = preserve(proto, problems);
    return new Http1Options(
        !proto.hasAllowAbsoluteUrl() || proto.getAllowAbsoluteUrl().getValue(),
        proto.getAcceptHttp10(),
        proto.getDefaultHostForHttp10(),
        keyFormat(proto, preserve),
        preserve != null && preserve.getForwardReasonPhrase(),
        proto.getEnableTrailers(),
        proto.getAllowChunkedLength(),
        proto.hasOverrideStreamErrorOnInvalidHttpMessage()
            ? proto.getOverrideStreamErrorOnInvalidHttpMessage().getValue()
            : streamError,
        proto.getSendFullyQualifiedUrl());
  }

  private static HeaderKeyFormat keyFormat(
      Http1ProtocolOptions proto, @Nullable PreserveCaseFormatterConfig preserve) {
    return switch (proto.getHeaderKeyFormat().getHeaderFormatCase()) {
      case PROPER_CASE_WORDS -> HeaderKeyFormat.PROPER_CASE_WORDS;
      case STATEFUL_FORMATTER ->
          preserve != null
                  && preserve.getFormatterTypeOnEnvoyHeaders()
                      == FormatterTypeOnEnvoyHeaders.PROPER_CASE
              ? HeaderKeyFormat.PRESERVE_CASE_ELSE_PROPER
              : HeaderKeyFormat.PRESERVE_CASE;
      case HEADERFORMAT_NOT_SET -> HeaderKeyFormat.LOWER_CASE;
    };
  }

  private static @Nullable PreserveCaseFormatterConfig preserve(
      Http1ProtocolOptions proto, Problems problems) {
    if (!proto.getHeaderKeyFormat().hasStatefulFormatter()) {
      return null;
    }
    Problems here = problems.at("header_key_format").at("stateful_formatter").at("typed_config");
    TypedExtension extension =
        TypedExtension.of(proto.getHeaderKeyFormat().getStatefulFormatter().getTypedConfig(), here);
    if (!extension.type().equals(PRESERVE_CASE)) {
      here.error("'" + extension.type() + "' is not supported; preserve_case is");
      return null;
    }
    return extension.parse(PreserveCaseFormatterConfig.parser(), here);
  }
}
