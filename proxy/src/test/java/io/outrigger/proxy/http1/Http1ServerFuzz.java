package io.outrigger.proxy.http1;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Requests: bytes mean the same wherever they are cut, and nothing is thrown. */
public final class Http1ServerFuzz {
  private Http1ServerFuzz() {}

  /** The first byte says where the rest is cut. */
  public static void fuzzerTestOneInput(byte[] data) {
    if (data.length < 2) {
      return;
    }
    String bytes =
        new String(Arrays.copyOfRange(data, 1, data.length), StandardCharsets.ISO_8859_1);
    int cut = (data[0] & 0xff) % bytes.length();
    String whole = answer(bytes, bytes.length());
    String halves = answer(bytes, cut);
    if (!whole.equals(halves)) {
      throw new AssertionError("cut at " + cut + ":\n" + halves + "\nwhole:\n" + whole);
    }
  }

  private static String answer(String bytes, int cut) {
    ServerTranscript transcript = new ServerTranscript(Http1Settings.server(), true);
    transcript.read(bytes.substring(0, cut));
    transcript.read(bytes.substring(cut));
    String written = transcript.written();
    transcript.channel.checkException();
    transcript.finish();
    return String.join("\n", transcript.events) + "\n" + written;
  }
}
