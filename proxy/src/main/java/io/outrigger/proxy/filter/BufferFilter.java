package io.outrigger.proxy.filter;

import io.netty.buffer.ByteBuf;
import io.outrigger.config.filter.BufferConfig;
import io.outrigger.config.filter.HttpFilterConfig;
import io.outrigger.config.http.HeaderName;
import io.outrigger.config.http.Headers;
import io.outrigger.proxy.http.Exchange;
import io.outrigger.proxy.http.Failure;
import io.outrigger.proxy.http.HttpFilter;
import io.outrigger.proxy.http.Verdict;
import org.jspecify.annotations.Nullable;

/** envoy.filters.http.buffer: lets a request go on when its body is whole, and says its length. */
final class BufferFilter implements HttpFilter {
  private final BufferConfig config;
  private long length;

  private BufferFilter(BufferConfig config) {
    this.config = config;
  }

  @Override
  public boolean touchesBodies() {
    return true;
  }

  @Override
  public Verdict onRequestHeaders(Exchange exchange, Headers headers, boolean endStream) {
    return endStream ? Verdict.CONTINUE : Verdict.COLLECT;
  }

  @Override
  public ByteBuf onRequestData(Exchange exchange, ByteBuf data, boolean endStream) {
    length += data.readableBytes();
    if (length > config.maxRequestBytes()) {
      exchange.scope().stats().countTooLarge(exchange.worker().index());
      exchange.fail(Failure.REQUEST_TOO_LARGE);
    } else if (endStream) {
      goOn(exchange);
    }
    return data;
  }

  @Override
  public boolean onRequestTrailers(Exchange exchange, Headers trailers) {
    goOn(exchange);
    return true;
  }

  private void goOn(Exchange exchange) {
    Headers headers = exchange.request();
    if (!headers.contains(HeaderName.CONTENT_LENGTH)) {
      exchange.scope().text().setNumber(headers, HeaderName.CONTENT_LENGTH, length);
    }
    exchange.resume();
  }

  /** One a worker and chain. */
  record Factory(HttpFilterConfig filter, BufferConfig config) implements HttpFilter.Factory {
    @Override
    public @Nullable HttpFilter create(Exchange exchange) {
      return HttpFilters.effective(filter, exchange, config) instanceof BufferConfig own
          ? new BufferFilter(own)
          : null;
    }
  }
}
