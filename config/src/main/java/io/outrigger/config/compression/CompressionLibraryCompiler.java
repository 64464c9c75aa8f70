package io.outrigger.config.compression;

import com.google.protobuf.ByteString;
import com.google.protobuf.UInt32Value;
import io.envoyproxy.envoy.config.core.v3.DataSource;
import io.envoyproxy.envoy.config.core.v3.TypedExtensionConfig;
import io.envoyproxy.envoy.extensions.compression.brotli.compressor.v3.Brotli;
import io.envoyproxy.envoy.extensions.compression.gzip.compressor.v3.Gzip;
import io.envoyproxy.envoy.extensions.compression.zstd.compressor.v3.Zstd;
import io.outrigger.config.compile.Problems;
import io.outrigger.config.compile.TypedExtension;
import io.outrigger.config.compression.CompressionLibrary.Encoding;
import io.outrigger.config.source.DataSourceCompiler;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.Deflater;
import org.jspecify.annotations.Nullable;

/** Compiles the libraries of compressor and decompressor filters. */
public final class CompressionLibraryCompiler {
  private static final int CHUNK = 4096;

  /** What Envoy takes of brotli and zstd, whose messages don't tell. */
  private static final int INFLATE_RATIO = 100;

  private CompressionLibraryCompiler() {}

  /** Null with a problem. */
  public static @Nullable CompressionLibrary compressor(
      TypedExtensionConfig proto, Problems problems) {
    Problems here = problems.at("typed_config");
    TypedExtension extension = TypedExtension.of(proto.getTypedConfig(), here);
    return switch (extension.type()) {
      case "envoy.extensions.compression.gzip.compressor.v3.Gzip" -> {
        Gzip gzip = extension.parse(Gzip.parser(), here);
        yield gzip == null ? null : gzip(proto.getName(), gzip, here);
      }
      case "envoy.extensions.compression.brotli.compressor.v3.Brotli" -> {
        Brotli brotli = extension.parse(Brotli.parser(), here);
        yield brotli == null ? null : brotli(proto.getName(), brotli, here);
      }
      case "envoy.extensions.compression.zstd.compressor.v3.Zstd" -> {
        Zstd zstd = extension.parse(Zstd.parser(), here);
        yield zstd == null ? null : zstd(proto.getName(), zstd, here);
      }
      default -> unknown(extension, here);
    };
  }

  private static CompressionLibrary gzip(String name, Gzip proto, Problems problems) {
    if (proto.hasMemoryLevel()) {
      problems.ignored("memory_level"); // the JDK's zlib takes its own
    }
    if (proto.hasWindowBits()) {
      problems.ignored("window_bits");
    }
    int strategy =
        switch (proto.getCompressionStrategy()) {
          case FILTERED -> Deflater.FILTERED;
          case HUFFMAN_ONLY -> Deflater.HUFFMAN_ONLY;
          case RLE, FIXED -> {
            problems.ignored("compression_strategy");
            yield Deflater.DEFAULT_STRATEGY;
          }
          default -> Deflater.DEFAULT_STRATEGY;
        };
    int level = proto.getCompressionLevelValue();
    return new CompressionLibrary(
        name,
        Encoding.GZIP,
        level == 0 ? Deflater.DEFAULT_COMPRESSION : level,
        strategy,
        0,
        orElse(proto.hasChunkSize(), proto.getChunkSize(), CHUNK),
        0,
        false,
        List.of());
  }

  private static CompressionLibrary brotli(String name, Brotli proto, Problems problems) {
    if (proto.hasInputBlockBits()) {
      problems.ignored("input_block_bits");
    }
    if (proto.getDisableLiteralContextModeling()) {
      problems.ignored("disable_literal_context_modeling");
    }
    return new CompressionLibrary(
        name,
        Encoding.BROTLI,
        orElse(proto.hasQuality(), proto.getQuality(), 3),
        proto.getEncoderModeValue(),
        orElse(proto.hasWindowBits(), proto.getWindowBits(), 18),
        orElse(proto.hasChunkSize(), proto.getChunkSize(), CHUNK),
        0,
        false,
        List.of());
  }

  private static CompressionLibrary zstd(String name, Zstd proto, Problems problems) {
    if (proto.getStrategyValue() != 0) {
      problems.ignored("strategy");
    }
    List<ByteString> dictionaries = new ArrayList<>();
    if (proto.hasDictionary()) {
      dictionary(proto.getDictionary(), dictionaries, problems.at("dictionary"));
    }
    return new CompressionLibrary(
        name,
        Encoding.ZSTD,
        proto.getCompressionLevel().getValue(),
        0,
        0,
        orElse(proto.hasChunkSize(), proto.getChunkSize(), CHUNK),
        0,
        proto.getEnableChecksum(),
        dictionaries);
  }

  /** Null with a problem. */
  public static @Nullable CompressionLibrary decompressor(
      TypedExtensionConfig proto, Problems problems) {
    Problems here = problems.at("typed_config");
    TypedExtension extension = TypedExtension.of(proto.getTypedConfig(), here);
    return switch (extension.type()) {
      case "envoy.extensions.compression.gzip.decompressor.v3.Gzip" -> {
        var gzip =
            extension.parse(
                io.envoyproxy.envoy.extensions.compression.gzip.decompressor.v3.Gzip.parser(),
                here);
        if (gzip != null && gzip.hasWindowBits()) {
          here.ignored("window_bits"); // 15, which reads all
        }
        yield gzip == null
            ? null
            : decompressor(
                proto.getName(),
                Encoding.GZIP,
                orElse(gzip.hasChunkSize(), gzip.getChunkSize(), CHUNK),
                orElse(gzip.hasMaxInflateRatio(), gzip.getMaxInflateRatio(), INFLATE_RATIO),
                List.of());
      }
      case "envoy.extensions.compression.brotli.decompressor.v3.Brotli" -> {
        var brotli =
            extension.parse(
                io.envoyproxy.envoy.extensions.compression.brotli.decompressor.v3.Brotli.parser(),
                here);
        if (brotli != null && brotli.getDisableRingBufferReallocation()) {
          here.ignored("disable_ring_buffer_reallocation");
        }
        yield brotli == null
            ? null
            : decompressor(
                proto.getName(),
                Encoding.BROTLI,
                orElse(brotli.hasChunkSize(), brotli.getChunkSize(), CHUNK),
                INFLATE_RATIO,
                List.of());
      }
      case "envoy.extensions.compression.zstd.decompressor.v3.Zstd" -> {
        var zstd =
            extension.parse(
                io.envoyproxy.envoy.extensions.compression.zstd.decompressor.v3.Zstd.parser(),
                here);
        List<ByteString> dictionaries = new ArrayList<>();
        for (int i = 0; zstd != null && i < zstd.getDictionariesCount(); i++) {
          dictionary(zstd.getDictionaries(i), dictionaries, here.at("dictionaries", i));
        }
        if (dictionaries.size() > 1) {
          here.error("dictionaries", "are " + dictionaries.size() + "; one is supported");
        }
        yield zstd == null
            ? null
            : decompressor(
                proto.getName(),
                Encoding.ZSTD,
                orElse(zstd.hasChunkSize(), zstd.getChunkSize(), CHUNK),
                INFLATE_RATIO,
                dictionaries);
      }
      default -> unknown(extension, here);
    };
  }

  private static CompressionLibrary decompressor(
      String name, Encoding encoding, int chunk, int ratio, List<ByteString> dictionaries) {
    return new CompressionLibrary(name, encoding, 0, 0, 0, chunk, ratio, false, dictionaries);
  }

  private static void dictionary(DataSource proto, List<ByteString> out, Problems problems) {
    out.add(DataSourceCompiler.bytes(DataSourceCompiler.compile(proto, problems), problems));
  }

  private static int orElse(boolean given, UInt32Value value, int otherwise) {
    return given ? value.getValue() : otherwise;
  }

  private static @Nullable CompressionLibrary unknown(TypedExtension extension, Problems problems) {
    problems.error("'" + extension.type() + "' is not supported; gzip, brotli and zstd are");
    return null;
  }
}
