package io.outrigger.proxy.http1;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Responses: bytes mean the same wherever they are cut, and nothing is thrown. */
public final class Http1ClientFuzz {
  private static final String[] METHODS = {"GET", "HEAD", "CONNECT"};

  private Http1ClientFuzz() {}

  /** The first byte says where the rest is cut, the second what was asked. */
  public static void fuzzerTestOneInput(byte[] data) {
    if (data.length < 3) {
      return;
    }
    String bytes =
        new String(Arrays.copyOfRange(data, 2, data.length), StandardCharsets.ISO_8859_1);
    String method = METHODS[(data[1] & 0xff) % METHODS.length];
    int cut = (data[0] & 0xff) % bytes.length();
    String whole = told(method, bytes, bytes.length());
    String halves = told(method, bytes, cut);
    if (!whole.equals(halves)) {
      throw new AssertionError("cut at " + cut + ":\n" + halves + "\nwhole:\n" + whole);
    }
  }

  private static String told(String method, String bytes, int cut) {
    ClientTranscript transcript = new ClientTranscript();
    transcript.request(method);
    transcript.read(bytes.substring(0, cut));
    transcript.read(bytes.substring(cut));
    transcript.channel.checkException();
    transcript.written();
    transcript.channel.finishAndReleaseAll();
    // what follows the response may be seen with it, or after it
    return ClientTranscript.joinData(String.join(";", transcript.events))
        .replace(";available;closed", ";draining;closed");
  }
}
