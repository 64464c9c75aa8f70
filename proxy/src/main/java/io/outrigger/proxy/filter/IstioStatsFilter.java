package io.outrigger.proxy.filter;

import io.netty.buffer.ByteBuf;
import io.outrigger.config.cluster.ClusterConfig;
import io.outrigger.config.filter.HttpFilterConfig;
import io.outrigger.config.filter.IstioStatsConfig;
import io.outrigger.config.http.Headers;
import io.outrigger.proxy.accesslog.LogEntry;
import io.outrigger.proxy.cluster.Host;
import io.outrigger.proxy.cluster.WorkerCluster;
import io.outrigger.proxy.http.Exchange;
import io.outrigger.proxy.http.HttpFilter;
import io.outrigger.proxy.http.Verdict;
import io.outrigger.proxy.istio.GrpcMessages;
import io.outrigger.proxy.istio.IstioMetrics;
import io.outrigger.proxy.istio.Peer;
import io.outrigger.proxy.istio.SeriesTable;
import io.outrigger.proxy.listener.TerminalFilter;
import io.outrigger.proxy.timeout.Timeout;
import io.outrigger.proxy.worker.Worker;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/** istio.stats: counts each request by who asked whom, and what came of it; and gRPC's messages. */
final class IstioStatsFilter implements HttpFilter, SeriesTable.Subject {
  private static final long NANOS_PER_MILLI = 1_000_000;

  private final Factory factory;
  private final GrpcMessages requests = new GrpcMessages();
  private final GrpcMessages responses = new GrpcMessages();
  private final Timeout timeout;
  private @Nullable Exchange exchange;
  private long requestsCounted;
  private long responsesCounted;

  private IstioStatsFilter(Factory factory) {
    this.factory = factory;
    this.timeout = new Timeout(factory.worker.timers(), this::report);
  }

  private void begin(Exchange of) {
    exchange = of;
    requests.reset();
    responses.reset();
    requestsCounted = 0;
    responsesCounted = 0;
  }

  @Override
  public Verdict onRequestHeaders(Exchange of, Headers headers, boolean endStream) {
    if (of.isGrpc() && factory.table.reportMillis() > 0) {
      timeout.arm(factory.table.reportMillis() * NANOS_PER_MILLI);
    }
    return Verdict.CONTINUE;
  }

  @Override
  public boolean touchesBodies() {
    Exchange of = exchange;
    return of != null && of.isGrpc();
  }

  @Override
  public ByteBuf onRequestData(Exchange of, ByteBuf data, boolean endStream) {
    requests.see(data);
    return data;
  }

  @Override
  public ByteBuf onResponseData(Exchange of, ByteBuf data, boolean endStream) {
    responses.see(data);
    return data;
  }

  /** Counts what an open stream has carried so far, once it is known with whom. */
  private void report() {
    Exchange of = exchange;
    if (of == null) {
      return;
    }
    if (of.caller() != null || of.called() != null) {
      countMessages();
    }
    timeout.arm(factory.table.reportMillis() * NANOS_PER_MILLI);
  }

  private void countMessages() {
    factory.table.messages(
        this, requests.count() - requestsCounted, responses.count() - responsesCounted);
    requestsCounted = requests.count();
    responsesCounted = responses.count();
  }

  @Override
  public void onDone(Exchange of) {
    timeout.cancel();
    if (of.isSettled()) { // else a redirect is followed, and the request goes on
      if (of.isGrpc()) {
        countMessages();
      }
      Headers request = of.requestHeaders();
      Headers response = of.responseHeaders();
      factory.table.request(
          this,
          of.isGrpc(),
          (of.endNanos() - of.startNanos()) / NANOS_PER_MILLI,
          of.bytesReceived() + (request == null ? 0 : request.byteSize()),
          of.bytesSent() + (response == null ? 0 : response.byteSize()));
    }
    exchange = null;
    factory.free.push(this);
  }

  // ---- whom it is about ----

  private Exchange subject() {
    Exchange of = exchange;
    assert of != null;
    return of;
  }

  @Override
  public LogEntry entry() {
    return subject();
  }

  @Override
  public @Nullable ClusterConfig cluster() {
    String name = subject().upstreamCluster();
    WorkerCluster found = name == null ? null : subject().scope().clusters().get(name);
    return found == null ? null : found.config();
  }

  @Override
  public @Nullable Host host() {
    return subject().upstream().host();
  }

  @Override
  public @Nullable Peer caller() {
    return subject().caller();
  }

  @Override
  public @Nullable Peer called() {
    return subject().called();
  }

  /** One a worker and chain. */
  static final class Factory implements HttpFilter.Factory {
    private final HttpFilterConfig filter;
    private final IstioStatsConfig config;
    private final Worker worker;
    private final SeriesTable table;
    private final ArrayDeque<IstioStatsFilter> free = new ArrayDeque<>();

    Factory(
        HttpFilterConfig filter,
        IstioStatsConfig config,
        TerminalFilter.Scope where,
        IstioMetrics metrics) {
      this.filter = filter;
      this.config = config;
      this.worker = where.worker();
      this.table =
          new SeriesTable(
              metrics, config, where.listener().trafficDirection(), where.worker().index());
    }

    @Override
    public @Nullable HttpFilter create(Exchange exchange) {
      if (HttpFilters.effective(filter, exchange, config) == null) {
        return null;
      }
      IstioStatsFilter part = free.isEmpty() ? new IstioStatsFilter(this) : free.pop();
      part.begin(exchange);
      return part;
    }
  }
}
