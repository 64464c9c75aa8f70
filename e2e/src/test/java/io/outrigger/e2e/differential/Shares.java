package io.outrigger.e2e.differential;

import io.outrigger.testkit.RawClient;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;

/**
 * How a proxy divides many equal requests among upstreams: {@code >>> in shares 300 5} sends 300
 * and lets each upstream's share differ by five percentage points. {@code %N%} is a request's
 * number.
 */
final class Shares {
  private Shares() {}

  static boolean areMeant(String exchange) {
    return exchange.substring(0, exchange.indexOf('\n')).contains(" shares ");
  }

  /** Lines of tolerance, then of an upstream's name (or a status) and its share in percent. */
  static String of(int port, String[] words, String request) throws IOException {
    int count = Integer.parseInt(words[2]);
    Map<String, Integer> shares = new TreeMap<>();
    for (int i = 0; i < count; i++) {
      try (RawClient client = new RawClient(port)) {
        client.send(request.replace("%N%", Integer.toString(i)));
        String response = client.response(false);
        String status = response.substring(9, 12);
        String body = response.substring(response.indexOf("\r\n\r\n") + 4);
        String name = status.equals("200") ? body.lines().findFirst().orElse("") : status;
        shares.merge(name, 1, Integer::sum);
      }
    }
    StringBuilder out = new StringBuilder(words[3]);
    shares.forEach(
        (name, share) -> out.append('\n').append(name).append('=').append(100.0 * share / count));
    return out.toString();
  }

  /** What differs by more than the tolerance; empty if nothing does. */
  static String compare(String theirs, String ours) {
    double tolerance = Double.parseDouble(theirs.lines().findFirst().orElseThrow());
    Map<String, Double> left = parse(theirs);
    Map<String, Double> right = parse(ours);
    StringBuilder out = new StringBuilder();
    TreeMap<String, Double> all = new TreeMap<>(left);
    all.putAll(right);
    for (String name : all.keySet()) {
      double difference = left.getOrDefault(name, 0.0) - right.getOrDefault(name, 0.0);
      if (Math.abs(difference) > tolerance) {
        out.append("Envoy ").append(left).append(", ours ").append(right);
        break;
      }
    }
    return out.toString();
  }

  private static Map<String, Double> parse(String text) {
    Map<String, Double> out = new TreeMap<>();
    text.lines()
        .skip(1)
        .forEach(
            line -> {
              int at = line.indexOf('=');
              out.put(line.substring(0, at), Double.parseDouble(line.substring(at + 1)));
            });
    return out;
  }
}
