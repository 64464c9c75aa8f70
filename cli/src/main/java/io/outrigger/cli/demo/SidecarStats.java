package io.outrigger.cli.demo;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads a sidecar's statistics from its admin port, in Envoy's text form. */
final class SidecarStats {
  private static final Pattern HISTOGRAM = Pattern.compile("P(\\d+)\\(([^,]+),([^)]+)\\)");

  private final HttpClient client =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(1)).build();

  /**
   * What one sidecar says.
   *
   * @param numbers counters and gauges by name
   * @param quantiles of histograms: name to percent to value, since the process began
   */
  record Reading(Map<String, Long> numbers, Map<String, Map<Integer, Double>> quantiles) {
    long number(String name) {
      return numbers.getOrDefault(name, 0L);
    }

    double quantile(String name, int percent) {
      return quantiles.getOrDefault(name, Map.of()).getOrDefault(percent, 0.0);
    }
  }

  Reading read(Instance instance) throws IOException, InterruptedException {
    String text = get(instance, "/stats");
    Map<String, Long> numbers = new HashMap<>();
    Map<String, Map<Integer, Double>> quantiles = new HashMap<>();
    for (String line : text.split("\n", -1)) {
      int colon = line.lastIndexOf(": ");
      if (colon < 0) {
        continue;
      }
      String name = line.substring(0, colon);
      String value = line.substring(colon + 2);
      if (value.startsWith("P")) {
        quantiles.put(name, quantiles(value));
      } else if (!value.isEmpty() && Character.isDigit(value.charAt(0))) {
        numbers.put(name, Long.parseLong(value));
      }
    }
    return new Reading(numbers, quantiles);
  }

  private static Map<Integer, Double> quantiles(String text) {
    Map<Integer, Double> out = new HashMap<>();
    Matcher matcher = HISTOGRAM.matcher(text);
    while (matcher.find()) {
      String interval = matcher.group(2);
      String value = interval.equals("nan") ? matcher.group(3) : interval;
      if (!value.equals("nan")) {
        out.put(Integer.parseInt(matcher.group(1)), Double.parseDouble(value));
      }
    }
    return out;
  }

  String get(Instance instance, String path) throws IOException, InterruptedException {
    URI uri = URI.create("http://127.0.0.1:" + instance.adminPort() + path);
    HttpResponse<String> response =
        client.send(
            HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(2)).build(),
            HttpResponse.BodyHandlers.ofString());
    if (response.statusCode() != 200) {
      throw new IOException(uri + " answered " + response.statusCode() + ": " + response.body());
    }
    return response.body();
  }
}
