package io.outrigger.proxy.filter;

import io.netty.buffer.ByteBuf;
import io.outrigger.config.filter.BandwidthLimitConfig;
import io.outrigger.config.filter.HttpFilterConfig;
import io.outrigger.config.http.HeaderName;
import io.outrigger.config.http.Headers;
import io.outrigger.proxy.http.Exchange;
import io.outrigger.proxy.http.HttpFilter;
import io.outrigger.proxy.http.Verdict;
import io.outrigger.proxy.listener.TerminalFilter;
import io.outrigger.proxy.stats.StatStore;
import io.outrigger.proxy.worker.Worker;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** envoy.filters.http.bandwidth_limit: bodies pass at a limited rate. */
final class BandwidthLimitFilter implements HttpFilter {
  private final Factory factory;
  private final BandwidthLimitConfig config;
  private final @Nullable LimitedBody request;
  private final @Nullable LimitedBody response;
  private @Nullable Headers keptTrailers;

  private BandwidthLimitFilter(
      Factory factory, BandwidthLimitConfig config, BandwidthStats stats, Exchange exchange) {
    this.factory = factory;
    this.config = config;
    this.request =
        config.requests()
            ? new LimitedBody(exchange, config, stats.requests(), factory.worker) {
              @Override
              public void pass(ByteBuf data, boolean end) {
                exchange.filters().passData(BandwidthLimitFilter.this, data, end);
              }

              @Override
              public void passTrailers() {
                exchange.filters().passTrailers(BandwidthLimitFilter.this);
              }

              @Override
              public void full(boolean now) {
                if (now) {
                  exchange.pauseRequest();
                } else {
                  exchange.resumeRequest();
                }
              }
            }
            : null;
    this.response =
        config.responses()
            ? new LimitedBody(exchange, config, stats.responses(), factory.worker) {
              @Override
              public void pass(ByteBuf data, boolean end) {
                passResponse(exchange, data, end);
              }

              @Override
              public void passTrailers() {
                Headers kept = keptTrailers;
                if (kept != null) {
                  tell(kept);
                }
                exchange.filters().response().passTrailers(BandwidthLimitFilter.this);
              }

              @Override
              public void full(boolean now) {
                exchange.filters().response().full(now);
              }
            }
            : null;
  }

  @Override
  public boolean touchesBodies() {
    return true;
  }

  @Override
  public Verdict onRequestHeaders(Exchange exchange, Headers headers, boolean endStream) {
    if (request != null) {
      request.begin();
    }
    return Verdict.CONTINUE;
  }

  @Override
  public @Nullable ByteBuf onRequestData(Exchange exchange, ByteBuf data, boolean endStream) {
    if (request == null) {
      return data;
    }
    request.add(data, endStream);
    return null;
  }

  @Override
  public boolean onRequestTrailers(Exchange exchange, Headers trailers) {
    return request == null || request.trailersMayPass();
  }

  @Override
  public void onResponseHeaders(Exchange exchange, Headers headers, boolean endStream) {
    if (response != null) {
      response.begin();
    }
  }

  @Override
  public @Nullable ByteBuf onResponseData(Exchange exchange, ByteBuf data, boolean endStream) {
    if (response == null) {
      return data;
    }
    response.add(data, endStream);
    return null;
  }

  @Override
  public boolean passesResponseTrailers(Exchange exchange, Headers trailers) {
    if (response == null) {
      return true;
    }
    if (response.trailersMayPass()) {
      tell(trailers);
      return true;
    }
    keptTrailers = trailers;
    return false;
  }

  /** A body's end with trailers is not the end of what passes. */
  private void passResponse(Exchange exchange, ByteBuf data, boolean end) {
    if (!end || !config.trailers() || !tells()) {
      exchange.filters().response().passData(this, data, end);
      return;
    }
    exchange.filters().response().passData(this, data, false);
    Headers trailers = factory.worker.headers().take();
    tell(trailers);
    exchange.filters().response().addTrailers(this, trailers);
  }

  private boolean tells() {
    return (request != null && request.tells()) || (response != null && response.tells());
  }

  private void tell(Headers trailers) {
    if (config.trailers()) {
      tell(trailers, request, "request");
      tell(trailers, response, "response");
    }
  }

  private void tell(Headers trailers, @Nullable LimitedBody body, String way) {
    if (body != null) {
      String name = config.trailerPrefix() + "bandwidth-" + way;
      add(trailers, name + "-delay-ms", body.delayMillis());
      add(trailers, name + "-filter-delay-ms", body.filterDelayMillis());
    }
  }

  private static void add(Headers trailers, String name, long millis) {
    if (millis > 0) {
      trailers.add(HeaderName.of(name), Long.toString(millis));
    }
  }

  @Override
  public void onDone(Exchange exchange) {
    if (request != null) {
      request.close();
    }
    if (response != null) {
      response.close();
    }
  }

  /** One way of an exchange: its pace, and what is counted of it. */
  private abstract static class LimitedBody implements BodyPace.Way {
    private final BodyPace pace;
    private final BandwidthStats.OfWay stats;
    private final Worker worker;
    private final long fillMillis;
    private long begun;
    private long delay;
    private int waits;
    private boolean pending;

    LimitedBody(
        Exchange exchange, BandwidthLimitConfig config, BandwidthStats.OfWay stats, Worker worker) {
      this.stats = stats;
      this.worker = worker;
      this.fillMillis = config.fillMillis();
      this.pace =
          new BodyPace(
              worker, config.bytes(), fillMillis, exchange.downstream().bufferLimit(), this);
    }

    abstract void passTrailers();

    void begin() {
      stats.enabled().inc(worker.index());
    }

    void add(ByteBuf data, boolean end) {
      if (!pending) {
        pending = true;
        begun = worker.nanos();
        stats.pending().inc(worker.index());
      }
      stats.incoming(worker.index(), data.readableBytes());
      pace.add(data, end);
    }

    boolean trailersMayPass() {
      if (pace.isEmpty()) {
        end();
        return true;
      }
      pace.trailersFollow();
      return false;
    }

    @Override
    public void passed(long bytes, boolean limited) {
      stats.allowed(worker.index(), bytes);
      if (limited) {
        waits++;
        stats.enforced().inc(worker.index());
      }
    }

    @Override
    public void ending() {
      end();
    }

    @Override
    public void ended() {
      passTrailers();
    }

    private void end() {
      if (pending) {
        pending = false;
        delay = TimeUnit.NANOSECONDS.toMillis(worker.nanos() - begun);
        stats.duration().record(worker.index(), delay);
        stats.pending().dec(worker.index());
      }
    }

    boolean tells() {
      return delay > 0 || waits > 0;
    }

    long delayMillis() {
      return delay;
    }

    long filterDelayMillis() {
      return waits * fillMillis;
    }

    void close() {
      pace.close();
      if (pending) {
        pending = false;
        stats.pending().dec(worker.index());
      }
    }
  }

  /** One a worker and chain. */
  static final class Factory implements HttpFilter.Factory {
    private final HttpFilterConfig filter;
    private final BandwidthLimitConfig config;
    private final Worker worker;
    private final StatStore store;
    private final Map<String, BandwidthStats> byPrefix = new HashMap<>();

    Factory(
        HttpFilterConfig filter,
        BandwidthLimitConfig config,
        TerminalFilter.Scope where,
        StatStore store) {
      this.filter = filter;
      this.config = config;
      this.worker = where.worker();
      this.store = store;
      stats(config);
    }

    private BandwidthStats stats(BandwidthLimitConfig of) {
      BandwidthStats known = byPrefix.get(of.statPrefix());
      if (known == null) {
        known = BandwidthStats.of(store, of.statPrefix());
        byPrefix.put(of.statPrefix(), known);
      }
      return known;
    }

    @Override
    public @Nullable HttpFilter create(Exchange exchange) {
      if (!(HttpFilters.effective(filter, exchange, config) instanceof BandwidthLimitConfig own)
          || !(own.requests() || own.responses())) {
        return null;
      }
      BandwidthStats stats = stats(own);
      return own.enabled().holds() ? new BandwidthLimitFilter(this, own, stats, exchange) : null;
    }
  }
}
