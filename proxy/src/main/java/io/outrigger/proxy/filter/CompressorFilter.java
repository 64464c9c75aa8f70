package io.outrigger.proxy.filter;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.outrigger.config.compression.CompressionLibrary.Encoding;
import io.outrigger.config.filter.CompressorConfig;
import io.outrigger.config.filter.FilterConfig;
import io.outrigger.config.filter.HttpFilterConfig;
import io.outrigger.config.http.HeaderName;
import io.outrigger.config.http.Headers;
import io.outrigger.proxy.compression.BodyCompressor;
import io.outrigger.proxy.http.Exchange;
import io.outrigger.proxy.http.HttpFilter;
import io.outrigger.proxy.http.Verdict;
import io.outrigger.proxy.router.UpstreamStatus;
import io.outrigger.proxy.stats.StatStore;
import org.jspecify.annotations.Nullable;

/** envoy.filters.http.compressor: compresses requests, and responses as their clients accept it. */
final class CompressorFilter implements HttpFilter {
  private final CompressorConfig config;
  private final CompressorStats stats;
  private final CompressorConfig.@Nullable OfRoute ofRoute;
  private final boolean off;
  private final int cell;
  private @Nullable String acceptEncoding;
  private @Nullable BodyCompressor requests;
  private @Nullable BodyCompressor responses;

  private CompressorFilter(
      CompressorConfig config,
      CompressorStats stats,
      CompressorConfig.@Nullable OfRoute ofRoute,
      boolean off,
      int cell) {
    this.config = config;
    this.stats = stats;
    this.ofRoute = ofRoute;
    this.off = off;
    this.cell = cell;
  }

  CompressorConfig config() {
    return config;
  }

  @Override
  public boolean touchesBodies() {
    return true;
  }

  // ---- the request ----

  @Override
  public Verdict onRequestHeaders(Exchange exchange, Headers headers, boolean endStream) {
    acceptEncoding = headers.value(HeaderName.ACCEPT_ENCODING);
    if (compressesResponses() && removesAcceptEncoding()) {
      headers.remove(HeaderName.ACCEPT_ENCODING);
    }
    CompressorConfig.Direction direction = config.request();
    if (direction != null
        && !off
        && !endStream
        && direction.enabled().holds()
        && stats.requests.isLongEnough(direction, headers, cell)
        && ContentFields.isOneOf(headers, direction.contentTypes())
        && !headers.contains(HeaderName.CONTENT_ENCODING)) {
      requests = begin(headers);
      stats.requests.compressed.inc(cell);
    } else {
      stats.requests.notCompressed.inc(cell);
    }
    return Verdict.CONTINUE;
  }

  private boolean compressesResponses() {
    return !off
        && ((ofRoute != null && ofRoute.compressesResponses())
            || config.response().enabled().holds());
  }

  private boolean removesAcceptEncoding() {
    Boolean own = ofRoute == null ? null : ofRoute.removeAcceptEncoding();
    return own == null ? config.removeAcceptEncoding() : own;
  }

  private BodyCompressor begin(Headers headers) {
    headers.remove(HeaderName.CONTENT_LENGTH);
    headers.set(HeaderName.CONTENT_ENCODING, config.library().encoding().token());
    return BodyCompressor.of(config.library());
  }

  @Override
  public ByteBuf onRequestData(Exchange exchange, ByteBuf data, boolean endStream) {
    return compress(requests, stats.requests, data, endStream);
  }

  private ByteBuf compress(
      @Nullable BodyCompressor by, CompressorStats.Direction counts, ByteBuf data, boolean end) {
    if (by == null || (!end && !data.isReadable())) {
      return data;
    }
    counts.uncompressedBytes.add(cell, data.readableBytes());
    ByteBuf out = ByteBufAllocator.DEFAULT.directBuffer(config.library().chunkSize());
    by.compress(data, end, out);
    data.release();
    counts.compressedBytes.add(cell, out.readableBytes());
    return out;
  }

  @Override
  public boolean onRequestTrailers(Exchange exchange, Headers trailers) {
    if (requests != null) {
      ByteBuf none = Unpooled.EMPTY_BUFFER;
      exchange.filters().passData(this, compress(requests, stats.requests, none, true), false);
    }
    return true;
  }

  // ---- the response ----

  @Override
  public void onResponseHeaders(Exchange exchange, Headers headers, boolean endStream) {
    boolean candidate =
        compressesResponses() && stats.responses.isLongEnough(config.response(), headers, cell);
    boolean compressible = candidate && isCompressible(headers);
    if (candidate && !endStream && isAccepted(exchange, headers) && compressible) {
      ContentFields.dropStrongEtag(headers);
      responses = begin(headers);
      stats.responses.compressed.inc(cell);
    } else {
      stats.responses.notCompressed.inc(cell);
    }
    if (compressible) {
      ContentFields.varyByEncoding(headers);
    }
  }

  private boolean isCompressible(Headers headers) {
    int status = UpstreamStatus.of(headers);
    if (status < 200
        || !ContentFields.isOneOf(headers, config.response().contentTypes())
        || ContentFields.hasToken(headers, HeaderName.CACHE_CONTROL, "no-transform")) {
      return false;
    }
    if (config.disableOnEtag() && headers.contains(HeaderName.ETAG)) {
      stats.notCompressedEtag.inc(cell);
      return false;
    }
    return !headers.contains(HeaderName.CONTENT_ENCODING)
        && !config.uncompressibleCodes().contains(status);
  }

  private boolean isAccepted(Exchange exchange, Headers headers) {
    String accepted = acceptEncoding;
    if (accepted == null) {
      stats.noAcceptHeader.inc(cell);
      return false;
    }
    EncodingChoice choice = new EncodingChoice(exchange, headers, accepted);
    Encoding chosen = choice.encoding();
    boolean ours = chosen == config.library().encoding();
    switch (choice.reason()) {
      case NAMED -> (ours ? stats.used : stats.overshadowed).inc(cell);
      case NOT_VALID -> stats.notValid.inc(cell);
      case IDENTITY -> stats.identity.inc(cell);
      case WILDCARD -> stats.wildcard.inc(cell);
    }
    return ours;
  }

  @Override
  public ByteBuf onResponseData(Exchange exchange, ByteBuf data, boolean endStream) {
    return compress(responses, stats.responses, data, endStream);
  }

  @Override
  public boolean passesResponseTrailers(Exchange exchange, Headers trailers) {
    if (responses != null) {
      ByteBuf none = Unpooled.EMPTY_BUFFER;
      exchange
          .filters()
          .response()
          .passData(this, compress(responses, stats.responses, none, true), false);
    }
    return true;
  }

  @Override
  public void onDone(Exchange exchange) {
    requests = close(requests);
    responses = close(responses);
  }

  private static @Nullable BodyCompressor close(@Nullable BodyCompressor compressor) {
    if (compressor != null) {
      compressor.close();
    }
    return null;
  }

  /** One a worker and chain. */
  static final class Factory implements HttpFilter.Factory {
    private final HttpFilterConfig filter;
    private final CompressorConfig config;
    private final CompressorStats stats;

    Factory(HttpFilterConfig filter, CompressorConfig config, StatStore store, String prefix) {
      this.filter = filter;
      this.config = config;
      this.stats = new CompressorStats(store, prefix, config);
    }

    @Override
    public HttpFilter create(Exchange exchange) {
      FilterConfig own = HttpFilters.effective(filter, exchange, config);
      return new CompressorFilter(
          config,
          stats,
          own instanceof CompressorConfig.OfRoute ofRoute ? ofRoute : null,
          own == null,
          exchange.worker().index());
    }
  }
}
