package io.outrigger.proxy.compression;

import com.aayushatharva.brotli4j.Brotli4jLoader;
import com.github.luben.zstd.util.Native;
import io.outrigger.config.compression.CompressionLibrary.Encoding;
import io.outrigger.proxy.log.Log;

/** Loads what an encoding needs; any thread. */
public final class NativeLibraries {
  private NativeLibraries() {}

  /** Whether the encoding can be used on this system; why not is logged. */
  public static boolean load(Encoding encoding) {
    try {
      switch (encoding) {
        case GZIP -> {}
        case BROTLI -> Brotli4jLoader.ensureAvailability();
        case ZSTD -> Native.load();
      }
      return true;
    } catch (LinkageError | RuntimeException e) {
      Log.FILTER.error(
          encoding.statPrefix() + " can't be loaded here, its filters have no effect: " + e);
      return false;
    }
  }
}
