package io.outrigger.config.filter;

import io.envoyproxy.envoy.extensions.filters.http.compressor.v3.Compressor;
import io.envoyproxy.envoy.extensions.filters.http.compressor.v3.CompressorPerRoute;
import io.envoyproxy.envoy.extensions.filters.http.compressor.v3.ResponseDirectionOverrides;
import io.envoyproxy.envoy.extensions.filters.http.decompressor.v3.Decompressor;
import io.outrigger.config.compile.Problems;
import io.outrigger.config.compile.Unsigned;
import io.outrigger.config.compression.CompressionLibrary;
import io.outrigger.config.compression.CompressionLibraryCompiler;
import io.outrigger.config.match.RuntimeFlag;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Compiles compressor and decompressor filters. */
final class CompressionFilterCompiler {
  private static final int MIN_CONTENT_LENGTH = 30;

  private static final Set<String> CONTENT_TYPES =
      Set.of(
          "text/html",
          "text/plain",
          "text/css",
          "application/javascript",
          "application/x-javascript",
          "text/javascript",
          "text/x-javascript",
          "text/ecmascript",
          "text/js",
          "text/jscript",
          "text/x-js",
          "application/ecmascript",
          "application/x-json",
          "application/xml",
          "application/json",
          "image/svg+xml",
          "text/xml",
          "application/xhtml+xml");

  private CompressionFilterCompiler() {}

  @SuppressWarnings("deprecation") // the response's fields of before there were directions
  static @Nullable CompressorConfig compressor(Compressor proto, Problems problems) {
    CompressionLibrary library =
        CompressionLibraryCompiler.compressor(
            proto.getCompressorLibrary(), problems.at("compressor_library"));
    if (library == null) {
      return null;
    }
    CompressorConfig.Direction request =
        proto.hasRequestDirectionConfig()
            ? direction(proto.getRequestDirectionConfig().getCommonConfig())
            : null;
    if (!proto.hasResponseDirectionConfig()) {
      return new CompressorConfig(
          library,
          request,
          new CompressorConfig.Direction(
              RuntimeFlag.of(proto.hasRuntimeEnabled(), proto.getRuntimeEnabled()),
              proto.hasContentLength()
                  ? Unsigned.toLong(proto.getContentLength().getValue())
                  : MIN_CONTENT_LENGTH,
              types(proto.getContentTypeList())),
          false,
          proto.getDisableOnEtagHeader(),
          proto.getRemoveAcceptEncodingHeader(),
          Set.of(),
          proto.getChooseFirst());
    }
    Compressor.ResponseDirectionConfig response = proto.getResponseDirectionConfig();
    return new CompressorConfig(
        library,
        request,
        direction(response.getCommonConfig()),
        true,
        response.getDisableOnEtagHeader(),
        response.getRemoveAcceptEncodingHeader(),
        new HashSet<>(response.getUncompressibleResponseCodesList()),
        proto.getChooseFirst());
  }

  private static CompressorConfig.Direction direction(Compressor.CommonDirectionConfig proto) {
    return new CompressorConfig.Direction(
        RuntimeFlag.of(proto.hasEnabled(), proto.getEnabled()),
        proto.hasMinContentLength()
            ? Unsigned.toLong(proto.getMinContentLength().getValue())
            : MIN_CONTENT_LENGTH,
        types(proto.getContentTypeList()));
  }

  private static Set<String> types(List<String> given) {
    if (given.isEmpty()) {
      return CONTENT_TYPES;
    }
    Set<String> types = new HashSet<>();
    for (String type : given) {
      types.add(type.toLowerCase(Locale.ROOT));
    }
    return types;
  }

  static RouteFilterConfig ofRoute(CompressorPerRoute proto) {
    if (proto.getDisabled()) {
      return new RouteFilterConfig(true, null);
    }
    ResponseDirectionOverrides response = proto.getOverrides().getResponseDirectionConfig();
    return new RouteFilterConfig(
        false,
        new CompressorConfig.OfRoute(
            response.hasRemoveAcceptEncodingHeader()
                ? response.getRemoveAcceptEncodingHeader().getValue()
                : null,
            proto.getOverrides().hasResponseDirectionConfig()));
  }

  static @Nullable DecompressorConfig decompressor(Decompressor proto, Problems problems) {
    CompressionLibrary library =
        CompressionLibraryCompiler.decompressor(
            proto.getDecompressorLibrary(), problems.at("decompressor_library"));
    Decompressor.RequestDirectionConfig request = proto.getRequestDirectionConfig();
    return library == null
        ? null
        : new DecompressorConfig(
            library,
            direction(request.getCommonConfig()),
            direction(proto.getResponseDirectionConfig().getCommonConfig()),
            !request.hasAdvertiseAcceptEncoding()
                || request.getAdvertiseAcceptEncoding().getValue());
  }

  private static DecompressorConfig.Direction direction(Decompressor.CommonDirectionConfig proto) {
    return new DecompressorConfig.Direction(
        RuntimeFlag.of(proto.hasEnabled(), proto.getEnabled()), proto.getIgnoreNoTransformHeader());
  }
}
