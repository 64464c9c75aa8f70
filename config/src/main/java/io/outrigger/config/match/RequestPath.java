package io.outrigger.config.match;

/** The path of a request's target: what stands before its query and fragment. */
public final class RequestPath {
  private RequestPath() {}

  /** How many of these bytes are the path. */
  public static int length(byte[] data, int offset, int length) {
    for (int i = 0; i < length; i++) {
      byte b = data[offset + i];
      if (b == '?' || b == '#') {
        return i;
      }
    }
    return length;
  }

  public static String of(String target) {
    for (int i = 0; i < target.length(); i++) {
      char c = target.charAt(i);
      if (c == '?' || c == '#') {
        return target.substring(0, i);
      }
    }
    return target;
  }
}
