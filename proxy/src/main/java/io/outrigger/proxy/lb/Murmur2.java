package io.outrigger.proxy.lb;

import java.nio.charset.StandardCharsets;

/** The 64-bit MurmurHash2 with the seed that libstdc++'s std::hash uses, as Envoy's rings do. */
final class Murmur2 {
  private static final long M = 0xc6a4a7935bd1e995L;
  private static final long SEED = 0xc70f6907L;

  private Murmur2() {}

  static long hash(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    int whole = bytes.length & ~7;
    long hash = SEED ^ (bytes.length * M);
    for (int at = 0; at < whole; at += 8) {
      long lane = mix(little(bytes, at, 8) * M) * M;
      hash = (hash ^ lane) * M;
    }
    if (whole < bytes.length) {
      hash = (hash ^ little(bytes, whole, bytes.length - whole)) * M;
    }
    return mix(mix(hash) * M);
  }

  private static long mix(long value) {
    return value ^ (value >>> 47);
  }

  private static long little(byte[] bytes, int at, int count) {
    long value = 0;
    for (int i = count - 1; i >= 0; i--) {
      value = (value << 8) | (bytes[at + i] & 0xff);
    }
    return value;
  }
}
