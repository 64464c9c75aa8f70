package io.outrigger.e2e.differential;

import com.google.protobuf.InvalidProtocolBufferException;
import io.envoyproxy.envoy.service.metrics.v3.StreamMetricsMessage;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.metrics.v1.NumberDataPoint;
import io.outrigger.testkit.Await;
import io.prometheus.client.Metrics;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.stream.Collectors;

/**
 * The statistics that a proxy sent, added up: of statsd by datagrams and over TCP, of Envoy's
 * metrics service, of OpenTelemetry's. A gauge is its last value, a histogram the number of its
 * values.
 */
final class CollectedStats implements AutoCloseable {
  private final DatagramSocket datagrams = new DatagramSocket(0, InetAddress.getLoopbackAddress());
  private final ServerSocket connections = new ServerSocket(0, 8, InetAddress.getLoopbackAddress());
  private final ConcurrentSkipListMap<String, Double> sums = new ConcurrentSkipListMap<>();

  CollectedStats() throws IOException {
    Thread.ofVirtual().start(this::receive);
    Thread.ofVirtual().start(this::accept);
  }

  int udpPort() {
    return datagrams.getLocalPort();
  }

  int tcpPort() {
    return connections.getLocalPort();
  }

  private void receive() {
    byte[] buffer = new byte[65_536];
    while (!datagrams.isClosed()) {
      try {
        DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
        datagrams.receive(packet);
        new String(buffer, 0, packet.getLength(), StandardCharsets.UTF_8)
            .lines()
            .forEach(line -> line("udp ", line));
      } catch (IOException e) {
        return; // closed
      }
    }
  }

  private void accept() {
    while (!connections.isClosed()) {
      try {
        Socket socket = connections.accept();
        Thread.ofVirtual().start(() -> read(socket));
      } catch (IOException e) {
        return; // closed
      }
    }
  }

  private void read(Socket socket) {
    try (socket) {
      new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8))
          .lines()
          .forEach(line -> line("tcp ", line));
    } catch (IOException | UncheckedIOException e) {
      // the proxy ended
    }
  }

  /** {@code name:value|kind|@rate|#tags} */
  private void line(String from, String line) {
    int colon = line.indexOf(':');
    String[] parts = line.substring(colon + 1).split("\\|", -1);
    String tags = "";
    double count = 1;
    for (String part : parts) {
      if (part.startsWith("#")) {
        tags = part;
      } else if (part.startsWith("@")) {
        count = 1 / Double.parseDouble(part.substring(1));
      }
    }
    String key = from + line.substring(0, colon) + tags + "|" + parts[1];
    put(key, parts[1].equals("ms") ? count : Double.parseDouble(parts[0]), parts[1].equals("g"));
  }

  private void put(String key, double value, boolean last) {
    sums.merge(key, value, last ? (a, b) -> b : Double::sum);
  }

  void metrics(byte[] message) throws InvalidProtocolBufferException {
    StreamMetricsMessage metrics = StreamMetricsMessage.parseFrom(message);
    if (metrics.hasIdentifier()) {
      put("metrics of " + metrics.getIdentifier().getNode().getId(), 1, true);
    }
    for (Metrics.MetricFamily family : metrics.getEnvoyMetricsList()) {
      for (Metrics.Metric metric : family.getMetricList()) {
        TreeSet<String> labels = new TreeSet<>();
        metric
            .getLabelList()
            .forEach(label -> labels.add(label.getName() + "=" + label.getValue()));
        String key =
            "metrics "
                + family.getName()
                + labels
                + " "
                + family.getType()
                + metric.hasTimestampMs();
        put(key + " sum", metric.getCounter().getValue(), false);
        put(key + " last", metric.getCounter().getValue() + metric.getGauge().getValue(), true);
        put(key + " quantiles", metric.getSummary().getQuantileCount(), true);
        put(key + " sampled", metric.getSummary().getSampleCount(), false);
        put(key + " buckets", metric.getHistogram().getBucketCount(), true);
        put(key + " counted", metric.getHistogram().getSampleCount(), false);
      }
    }
  }

  void otlp(byte[] message) throws InvalidProtocolBufferException {
    for (var group : ExportMetricsServiceRequest.parseFrom(message).getResourceMetricsList()) {
      for (var metric : group.getScopeMetrics(0).getMetricsList()) {
        String key = "otlp " + metric.getName();
        for (NumberDataPoint point : metric.getSum().getDataPointsList()) {
          put(
              key
                  + tags(point.getAttributesList())
                  + metric.getSum().getAggregationTemporalityValue()
                  + metric.getSum().getIsMonotonic()
                  + (point.getStartTimeUnixNano() == 0 ? "" : " since"),
              point.getAsInt(),
              metric.getSum().getAggregationTemporalityValue() == 2);
        }
        for (NumberDataPoint point : metric.getGauge().getDataPointsList()) {
          put(
              key
                  + tags(point.getAttributesList())
                  + (point.getStartTimeUnixNano() == 0 ? "" : " since"),
              point.getAsInt(),
              true);
        }
        for (var point : metric.getHistogram().getDataPointsList()) {
          put(
              key
                  + tags(point.getAttributesList())
                  + metric.getHistogram().getAggregationTemporalityValue()
                  + " of "
                  + point.getExplicitBoundsCount()
                  + "/"
                  + point.getBucketCountsCount()
                  + (point.getStartTimeUnixNano() == 0 ? "" : " since"),
              point.getCount(),
              metric.getHistogram().getAggregationTemporalityValue() == 2);
        }
      }
    }
  }

  private static String tags(List<KeyValue> attributes) {
    return attributes.stream()
        .map(attribute -> attribute.getKey() + "=" + attribute.getValue().getStringValue())
        .sorted()
        .collect(Collectors.joining(",", "{", "} "));
  }

  /** Waits until each of these lines holds: a key, and the value that it comes to. */
  String sent(String lines) {
    for (String line : lines.strip().split("\n", -1)) {
      int space = line.lastIndexOf(' ');
      String key = line.substring(0, space);
      double value = Double.parseDouble(line.substring(space + 1));
      try {
        Await.until(
            line,
            Duration.ofSeconds(10),
            () -> Math.abs(sums.getOrDefault(key, -1.0) - value) < 0.01);
      } catch (AssertionError e) {
        throw new AssertionError(
            e.getMessage()
                + "\n"
                + sums.entrySet().stream()
                    .map(sum -> sum.getKey() + " " + sum.getValue())
                    .collect(Collectors.joining("\n")),
            e);
      }
    }
    return "sent";
  }

  @Override
  public void close() {
    datagrams.close();
    try {
      connections.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
