package io.outrigger.e2e.differential;

import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** Brings what two proxies answered to a form that can be compared. */
final class Answers {
  private static final Pattern UUID =
      Pattern.compile("[0-9a-f]{8}-[0-9a-f]{4}-([0-9a-f])[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}");
  private static final Pattern DATE =
      Pattern.compile(
          "(?i)(date: )[A-Z][a-z]{2}, \\d\\d [A-Z][a-z]{2} \\d{4} \\d\\d:\\d\\d:\\d\\d GMT");
  private static final Pattern SERVICE_TIME =
      Pattern.compile("(?i)((?:x-envoy-upstream-service-time|bandwidth-[a-z-]*-ms): )\\d+");

  private static final Pattern TIME_LEFT =
      Pattern.compile("(x-envoy-expected-rq-timeout-ms: )(\\d+)");

  private static final Pattern TRACING = Pattern.compile("(?im)^.*(b3|trace).*$");

  /** Ids of a case's own begin with eight times the same digit, and stay. */
  private static final Pattern ID =
      Pattern.compile("\\b(?!(.)\\1{7})([0-9a-f]{16}|[0-9a-f]{32})\\b");

  static String ids(String text) {
    return ID.matcher(text).replaceAll(m -> "ID" + m.group().length());
  }

  /** Values that no two runs share are masked, headers sorted, the proxies' own ports named. */
  static String comparable(String response, Map<String, Integer> ports) {
    int end = response.indexOf("\r\n\r\n");
    if (end < 0) {
      return mask(response, ports);
    }
    String[] head = response.substring(0, end).split("\r\n", -1);
    TreeSet<String> headers = new TreeSet<>();
    StringBuilder repeated = new StringBuilder();
    for (int i = 1; i < head.length; i++) {
      if (!headers.add(head[i])) {
        repeated.append("twice ").append(head[i]).append('\n');
      }
    }
    return mask(
        head[0]
            + "\n"
            + String.join("\n", headers)
            + "\n"
            + repeated
            + "\n"
            + response.substring(end + 4),
        ports);
  }

  /** What a retry leaves of a time-out, without what chance took. */
  private static int timeLeft(int millis) {
    int unit = millis > 10_000 ? 1000 : 100;
    int early = Math.max(0, millis - 10); // a timer may come some milliseconds before its time
    return (early + unit - 1) / unit * unit;
  }

  static String mask(String text, Map<String, Integer> ports) {
    String masked = UUID.matcher(text).replaceAll("UUID$1"); // the digit tells why it is traced
    masked = DATE.matcher(masked).replaceAll("$1DATE");
    masked = SERVICE_TIME.matcher(masked).replaceAll("$1MS");
    masked = masked.replaceAll("(\"last_updated\": )\"[^\"]*\"", "$1TIME");
    masked =
        TRACING
            .matcher(masked)
            .replaceAll(m -> java.util.regex.Matcher.quoteReplacement(ids(m.group())));
    // what is left of a time-out depends on how long the attempt before took
    masked =
        TIME_LEFT
            .matcher(masked)
            .replaceAll(m -> m.group(1) + timeLeft(Integer.parseInt(m.group(2))));
    for (Map.Entry<String, Integer> port : ports.entrySet()) {
      masked =
          masked
              .replace(":" + port.getValue(), ":" + port.getKey())
              .replace("x-forwarded-port: " + port.getValue(), "x-forwarded-port: PORT");
    }
    return masked;
  }

  private Answers() {}
}
