package io.outrigger.proxy.http2;

import java.util.Arrays;

/** Frames of a client: whatever comes, nothing is thrown, and requests don't depend on cuts. */
public final class Http2ServerFuzz {
  private Http2ServerFuzz() {}

  /** The first byte says where the rest is cut. */
  public static void fuzzerTestOneInput(byte[] data) {
    if (data.length < 2) {
      return;
    }
    byte[] bytes = Arrays.copyOfRange(data, 1, data.length);
    int cut = (data[0] & 0xff) % bytes.length;
    String whole = told(bytes, bytes.length);
    String halves = told(bytes, cut);
    if (!whole.equals(halves)) {
      throw new AssertionError("cut at " + cut + ":\n" + halves + "\nwhole:\n" + whole);
    }
  }

  private static String told(byte[] bytes, int cut) {
    try (ServerSide side = new ServerSide().started()) {
      side.answerAtOnce = false;
      side.send(Arrays.copyOfRange(bytes, 0, cut));
      if (side.channel.isOpen() && side.closed == null) {
        side.send(Arrays.copyOfRange(bytes, cut, bytes.length));
      }
      side.channel.checkException();
      StringBuilder text = new StringBuilder();
      // parts of a body come as they were cut
      side.requests.forEach(r -> text.append(r.told.toString().replace("][", "")).append('\n'));
      return text.append(side.closed).toString();
    }
  }
}
