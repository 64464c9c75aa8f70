package io.outrigger.proxy.istio;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.outrigger.config.cluster.ClusterConfig;
import io.outrigger.config.filter.IstioStatsConfig;
import io.outrigger.config.http.HeaderName;
import io.outrigger.config.http.Headers;
import io.outrigger.config.listener.ListenerConfig.TrafficDirection;
import io.outrigger.proxy.accesslog.GrpcStatusText;
import io.outrigger.proxy.accesslog.LogEntry;
import io.outrigger.proxy.accesslog.TlsFacts;
import io.outrigger.proxy.cluster.Host;
import io.outrigger.proxy.istio.SeriesKey.Kind;
import io.outrigger.proxy.stats.Counter;
import io.outrigger.proxy.stats.Histogram;
import io.outrigger.proxy.stats.Tag;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The series of one filter chain on one worker, by what their labels follow from. Looking one up
 * that is there allocates nothing.
 */
public final class SeriesTable {
  /** Keys are finer than labels; beyond so many, all are looked up anew. */
  private static final int MAX_KEYS = 2 * IstioMetrics.MAX_SERIES;

  private static final byte[] NOTHING = {};

  private final IstioMetrics metrics;
  private final IstioStatsConfig config;
  private final Reporter reporter;
  private final int cell;
  private final SeriesKey probe = new SeriesKey();
  private final Map<SeriesKey, Series> series = new HashMap<>();
  private final IdentityHashMap<ClusterConfig, ServiceName> services = new IdentityHashMap<>();

  public SeriesTable(
      IstioMetrics metrics, IstioStatsConfig config, TrafficDirection direction, int cell) {
    this.metrics = metrics;
    this.config = config;
    this.reporter = Reporter.of(config, direction);
    this.cell = cell;
    metrics.start();
  }

  /** Counters and histograms of the same labels; null are those that aren't kept. */
  record Series(
      @Nullable Counter first,
      @Nullable Counter second,
      @Nullable Counter third,
      @Nullable Counter fourth,
      @Nullable Histogram duration,
      @Nullable Histogram requestBytes,
      @Nullable Histogram responseBytes) {}

  /** Who took part in what is counted. */
  public interface Subject {
    LogEntry entry();

    @Nullable ClusterConfig cluster();

    @Nullable Host host();

    @Nullable Peer caller();

    @Nullable Peer called();
  }

  /** A request is over. */
  public void request(Subject subject, boolean grpc, long millis, long received, long sent) {
    LogEntry entry = subject.entry();
    probe.grpc = grpc;
    probe.code = entry.responseCode();
    probe.grpcStatus = grpc ? GrpcStatusText.of(entry) : -1;
    probe.flags = entry.responseFlags();
    Series found = find(Kind.HTTP, subject);
    if (found != null) {
      add(found.first, 1);
      record(found.duration, millis);
      record(found.requestBytes, received);
      record(found.responseBytes, sent);
    }
  }

  /** So many messages of a gRPC stream have passed since they were last counted. */
  public void messages(Subject subject, long requests, long responses) {
    probe.grpc = true;
    probe.code = 0;
    probe.grpcStatus = -1;
    probe.flags = 0;
    Series found = find(Kind.MESSAGES, subject);
    if (found != null) {
      add(found.first, requests);
      add(found.second, responses);
    }
  }

  /** Counts of a connection since they were last counted; {@code flags} as at the first time. */
  public void connection(
      Subject subject, long flags, int opened, int closed, long received, long sent) {
    probe.grpc = false;
    probe.code = 0;
    probe.grpcStatus = -1;
    probe.flags = flags;
    Series found = find(Kind.TCP, subject);
    if (found != null) {
      add(found.first, opened);
      add(found.second, closed);
      add(found.third, sent);
      add(found.fourth, received);
    }
  }

  public long reportMillis() {
    return config.reportMillis();
  }

  private void add(@Nullable Counter counter, long amount) {
    if (counter != null) {
      counter.add(cell, amount);
    }
  }

  private void record(@Nullable Histogram histogram, long value) {
    if (histogram != null) {
      histogram.record(cell, value);
    }
  }

  private @Nullable Series find(Kind kind, Subject subject) {
    probe.kind = kind;
    peers(subject);
    service(subject);
    Series found = series.get(probe);
    return found != null ? found : make();
  }

  private void peers(Subject subject) {
    LogEntry entry = subject.entry();
    boolean source = reporter == Reporter.SOURCE;
    probe.caller = source ? null : subject.caller();
    probe.called = reporter == Reporter.DESTINATION ? null : subject.called();
    Host host = subject.host();
    probe.endpoint =
        probe.called != null || host == null || reporter == Reporter.DESTINATION
            ? null
            : workload(host);
    TlsFacts tls = source ? entry.upstreamTls() : entry.downstreamTls();
    probe.peerSan = tls == null ? null : first(tls.peerUriSans());
    probe.localSan = tls == null ? null : first(tls.localUriSans());
  }

  private void service(Subject subject) {
    LogEntry entry = subject.entry();
    ServiceName service = ServiceName.UNKNOWN;
    String route = entry.routeName();
    if ("block_all".equals(route)) {
      service = ServiceName.BLACK_HOLE;
    } else if ("allow_any".equals(route)) {
      service = ServiceName.PASSTHROUGH;
    } else {
      ClusterConfig cluster = subject.cluster();
      if (cluster != null) {
        service = named(cluster);
      }
    }
    probe.service = service;
    Headers request = entry.requestHeaders();
    int slot =
        service.host() != null || !config.hostFallback() || request == null
            ? -1
            : request.find(HeaderName.AUTHORITY);
    if (slot < 0 || request == null) {
      probe.host.set(NOTHING, 0, 0);
    } else {
      int length = Math.min(request.valueLength(slot), Peer.LONGEST);
      probe.host.set(request.data(), request.valueOffset(slot), length);
    }
  }

  private ServiceName named(ClusterConfig cluster) {
    ServiceName known = services.get(cluster);
    if (known == null) {
      if (services.size() >= MAX_KEYS) {
        services.clear();
      }
      known = ServiceName.of(cluster);
      services.put(cluster, known);
    }
    return known;
  }

  private static @Nullable String workload(Host host) {
    Struct istio = host.metadata().namespace("istio");
    Value workload = istio == null ? null : istio.getFieldsMap().get("workload");
    return workload == null ? null : workload.getStringValue();
  }

  private static @Nullable String first(List<String> names) {
    return names.isEmpty() ? null : names.getFirst();
  }

  private @Nullable Series make() {
    List<Tag> tags = SeriesLabels.of(probe, reporter, metrics.self());
    if (!metrics.admits(tags, cell)) {
      return null;
    }
    Series made =
        switch (probe.kind) {
          case HTTP ->
              new Series(
                  counter("requests_total", tags),
                  null,
                  null,
                  null,
                  histogram("request_duration_milliseconds", Histogram.Unit.MILLISECONDS, tags),
                  histogram("request_bytes", Histogram.Unit.BYTES, tags),
                  histogram("response_bytes", Histogram.Unit.BYTES, tags));
          case MESSAGES ->
              new Series(
                  counter("request_messages_total", tags),
                  counter("response_messages_total", tags),
                  null,
                  null,
                  null,
                  null,
                  null);
          case TCP ->
              new Series(
                  counter("tcp_connections_opened_total", tags),
                  counter("tcp_connections_closed_total", tags),
                  counter("tcp_sent_bytes_total", tags),
                  counter("tcp_received_bytes_total", tags),
                  null,
                  null,
                  null);
        };
    if (series.size() >= MAX_KEYS) {
      series.clear();
    }
    series.put(probe.copy(), made);
    return made;
  }

  private @Nullable Counter counter(String name, List<Tag> tags) {
    return metrics.counter(name, tags, config);
  }

  private @Nullable Histogram histogram(String name, Histogram.Unit unit, List<Tag> tags) {
    return metrics.histogram(name, unit, tags, config);
  }
}
