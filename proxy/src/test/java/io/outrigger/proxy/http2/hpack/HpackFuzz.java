package io.outrigger.proxy.http2.hpack;

import io.outrigger.config.http.Headers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Header blocks: what is decoded, encoded again and decoded, is the same. */
public final class HpackFuzz {
  private HpackFuzz() {}

  public static void fuzzerTestOneInput(byte[] data) {
    HpackDecoder decoder = new HpackDecoder(4096);
    Headers headers = new Headers();
    decoder.begin(headers, 100, 60 * 1024);
    int end = decoder.decode(data, 0, data.length);
    if (end < 0 || decoder.overflowed() || decoder.invalid()) {
      return;
    }
    HpackEncoder encoder = new HpackEncoder(4096);
    HpackDecoder other = new HpackDecoder(4096);
    for (int turn = 0; turn < 3; turn++) { // the dynamic tables fill
      byte[] out = new byte[HpackEncoder.bound(headers)];
      int length = encoder.encode(headers, out, 0);
      Headers again = new Headers();
      other.begin(again, 100, 60 * 1024);
      if (other.decode(out, 0, length) != length || other.error() != null) {
        throw new AssertionError("turn " + turn + ": " + other.error() + " in " + headers);
      }
      if (!sorted(again).equals(sorted(headers))) {
        throw new AssertionError("turn " + turn + ": " + again + " was " + headers);
      }
    }
  }

  // pseudo-headers go first, wherever they stood; what belongs to HTTP/1 is left out
  private static List<String> sorted(Headers headers) {
    List<String> lines = new ArrayList<>();
    for (int slot = 0; slot < headers.slots(); slot++) {
      byte policy = IndexingPolicy.of(headers.name(slot));
      if (headers.isLive(slot)
          && policy != IndexingPolicy.OMIT
          && policy != IndexingPolicy.TRAILERS_ONLY) {
        lines.add(
            text(headers.data(), headers.nameOffset(slot), headers.nameLength(slot))
                + ": "
                + text(headers.data(), headers.valueOffset(slot), headers.valueLength(slot)));
      }
    }
    Collections.sort(lines);
    return lines;
  }

  private static String text(byte[] data, int offset, int length) {
    return new String(data, offset, length, StandardCharsets.ISO_8859_1);
  }
}
