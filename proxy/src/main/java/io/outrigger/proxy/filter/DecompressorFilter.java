package io.outrigger.proxy.filter;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.outrigger.config.filter.DecompressorConfig;
import io.outrigger.config.filter.HttpFilterConfig;
import io.outrigger.config.http.HeaderName;
import io.outrigger.config.http.Headers;
import io.outrigger.proxy.compression.BodyDecompressor;
import io.outrigger.proxy.http.Exchange;
import io.outrigger.proxy.http.HttpFilter;
import io.outrigger.proxy.http.Verdict;
import io.outrigger.proxy.stats.StatStore;
import org.jspecify.annotations.Nullable;

/** envoy.filters.http.decompressor: decompresses requests and responses of one encoding. */
final class DecompressorFilter implements HttpFilter {
  private static final int BAD_REQUEST = 400;
  private static final int BAD_GATEWAY = 502;
  private static final String FAILED = "decompression_failed";

  private final DecompressorConfig config;
  private final DecompressorStats stats;
  private final int cell;
  private @Nullable BodyDecompressor requests;
  private @Nullable BodyDecompressor responses;

  private DecompressorFilter(DecompressorConfig config, DecompressorStats stats, int cell) {
    this.config = config;
    this.stats = stats;
    this.cell = cell;
  }

  @Override
  public boolean touchesBodies() {
    return true;
  }

  @Override
  public Verdict onRequestHeaders(Exchange exchange, Headers headers, boolean endStream) {
    if (config.advertise() && config.response().enabled().holds()) {
      String token = config.library().encoding().token();
      String before = headers.value(HeaderName.ACCEPT_ENCODING);
      headers.set(
          HeaderName.ACCEPT_ENCODING,
          before == null || before.isEmpty() ? token : before + "," + token);
    }
    if (!endStream) {
      requests = begin(config.request(), stats.requests, headers);
    }
    return Verdict.CONTINUE;
  }

  @Override
  public void onResponseHeaders(Exchange exchange, Headers headers, boolean endStream) {
    if (!endStream) {
      responses = begin(config.response(), stats.responses, headers);
    }
  }

  private @Nullable BodyDecompressor begin(
      DecompressorConfig.Direction direction, DecompressorStats.Direction counts, Headers headers) {
    String encoding = headers.value(HeaderName.CONTENT_ENCODING);
    int comma = encoding == null ? -1 : encoding.indexOf(',');
    if (encoding == null
        || !direction.enabled().holds()
        || !(comma < 0 ? encoding : encoding.substring(0, comma))
            .strip()
            .equalsIgnoreCase(config.library().encoding().token())
        || (!direction.ignoreNoTransform()
            && ContentFields.hasToken(headers, HeaderName.CACHE_CONTROL, "no-transform"))) {
      counts.notDecompressed.inc(cell);
      return null;
    }
    counts.decompressed.inc(cell);
    headers.remove(HeaderName.CONTENT_LENGTH);
    if (comma < 0) {
      headers.remove(HeaderName.CONTENT_ENCODING);
    } else {
      headers.set(HeaderName.CONTENT_ENCODING, encoding.substring(comma + 1).strip());
    }
    return BodyDecompressor.of(config.library());
  }

  @Override
  public ByteBuf onRequestData(Exchange exchange, ByteBuf data, boolean endStream) {
    return decompress(exchange, requests, stats.requests, data, endStream);
  }

  @Override
  public ByteBuf onResponseData(Exchange exchange, ByteBuf data, boolean endStream) {
    return decompress(exchange, responses, stats.responses, data, endStream);
  }

  private ByteBuf decompress(
      Exchange exchange,
      @Nullable BodyDecompressor by,
      DecompressorStats.Direction counts,
      ByteBuf data,
      boolean end) {
    if (by == null) {
      return data;
    }
    int received = data.readableBytes();
    ByteBuf out = ByteBufAllocator.DEFAULT.directBuffer(config.library().chunkSize());
    boolean good = by.decompress(data, out);
    data.release();
    counts.compressedBytes.add(cell, received);
    counts.uncompressedBytes.add(cell, out.readableBytes());
    if (!good) {
      stats.failed.inc(cell);
    }
    if (!good || (end && !by.isFinished())) {
      fail(exchange, by);
    }
    return out;
  }

  /** What is broken must not pass for whole. */
  @SuppressWarnings("ReferenceEquality") // each has its own
  private void fail(Exchange exchange, BodyDecompressor of) {
    exchange.reply(of == requests ? BAD_REQUEST : BAD_GATEWAY, "", FAILED, null, -1);
  }

  @Override
  public boolean onRequestTrailers(Exchange exchange, Headers trailers) {
    end(exchange, requests);
    return true;
  }

  @Override
  public boolean passesResponseTrailers(Exchange exchange, Headers trailers) {
    end(exchange, responses);
    return true;
  }

  private void end(Exchange exchange, @Nullable BodyDecompressor by) {
    if (by != null && !by.isFinished()) {
      fail(exchange, by);
    }
  }

  @Override
  public void onDone(Exchange exchange) {
    requests = close(requests);
    responses = close(responses);
  }

  private static @Nullable BodyDecompressor close(@Nullable BodyDecompressor decompressor) {
    if (decompressor != null) {
      decompressor.close();
    }
    return null;
  }

  /** One a worker and chain. */
  static final class Factory implements HttpFilter.Factory {
    private final HttpFilterConfig filter;
    private final DecompressorConfig config;
    private final DecompressorStats stats;

    Factory(HttpFilterConfig filter, DecompressorConfig config, StatStore store, String prefix) {
      this.filter = filter;
      this.config = config;
      this.stats = new DecompressorStats(store, prefix, config);
    }

    @Override
    public @Nullable HttpFilter create(Exchange exchange) {
      return HttpFilters.effective(filter, exchange, config) == null
          ? null
          : new DecompressorFilter(config, stats, exchange.worker().index());
    }
  }
}
