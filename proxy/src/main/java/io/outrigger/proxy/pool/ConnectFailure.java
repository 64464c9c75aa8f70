package io.outrigger.proxy.pool;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Tells a failure to connect in the words that Envoy's users search for. */
final class ConnectFailure {
  /**
   * As Netty's native transports say it: {@code finishConnect(..) failed with error(-111): text}.
   */
  private static final Pattern NATIVE =
      Pattern.compile("^(\\w+)\\(\\.\\.\\) failed(?: with error\\(-?\\d+\\))?: ([^:]+)");

  private ConnectFailure() {}

  /**
   * {@code delayed connect error: Connection refused}, or {@code immediate connect error: ...}
   * where the kernel said so without asking the network.
   */
  static String sentence(Throwable cause) {
    String message = String.valueOf(cause.getMessage());
    Matcher text = NATIVE.matcher(message);
    if (text.find()) {
      String kind = "connect".equals(text.group(1)) ? "immediate" : "delayed";
      return kind + " connect error: " + text.group(2).strip();
    }
    int address = message.indexOf(": ");
    return "delayed connect error: " + (address < 0 ? message : message.substring(0, address));
  }

  /** Whether binding to the configured source address failed. */
  static boolean isBindError(Throwable cause) {
    return cause instanceof java.net.BindException
        || String.valueOf(cause.getMessage()).startsWith("bind(");
  }
}
