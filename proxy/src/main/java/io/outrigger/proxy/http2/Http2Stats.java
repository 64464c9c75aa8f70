package io.outrigger.proxy.http2;

import io.outrigger.proxy.stats.Counter;
import io.outrigger.proxy.stats.Gauge;
import io.outrigger.proxy.stats.StatStore;

/** The {@code http2.*} statistics of all server connections, or of one cluster's connections. */
public final class Http2Stats {
  final Counter droppedHeadersWithUnderscores;
  final Counter goawaySent;
  final Counter headerOverflow;
  final Counter headersCbNoStream;
  final Counter inboundEmptyFramesFlood;
  final Counter inboundPriorityFramesFlood;
  final Counter inboundWindowUpdateFramesFlood;
  final Counter keepaliveTimeout;
  final Counter metadataEmptyFrames;
  final Counter outboundControlFlood;
  final Counter outboundFlood;
  final Counter requestsRejectedWithUnderscoresInHeaders;
  final Counter rxMessagingError;
  final Counter rxReset;
  final Counter streamRefusedErrors;
  final Counter trailers;
  final Counter txFlushTimeout;
  final Counter txReset;
  final Gauge streamsActive;
  final Gauge pendingSendBytes;

  /**
   * Statistics under a scope: empty for server connections, {@code cluster.NAME.} for a cluster's.
   */
  public Http2Stats(StatStore store, String scope) {
    String prefix = scope + "http2.";
    droppedHeadersWithUnderscores = store.counter(prefix + "dropped_headers_with_underscores");
    goawaySent = store.counter(prefix + "goaway_sent");
    headerOverflow = store.counter(prefix + "header_overflow");
    headersCbNoStream = store.counter(prefix + "headers_cb_no_stream");
    inboundEmptyFramesFlood = store.counter(prefix + "inbound_empty_frames_flood");
    inboundPriorityFramesFlood = store.counter(prefix + "inbound_priority_frames_flood");
    inboundWindowUpdateFramesFlood = store.counter(prefix + "inbound_window_update_frames_flood");
    keepaliveTimeout = store.counter(prefix + "keepalive_timeout");
    metadataEmptyFrames = store.counter(prefix + "metadata_empty_frames");
    outboundControlFlood = store.counter(prefix + "outbound_control_flood");
    outboundFlood = store.counter(prefix + "outbound_flood");
    requestsRejectedWithUnderscoresInHeaders =
        store.counter(prefix + "requests_rejected_with_underscores_in_headers");
    rxMessagingError = store.counter(prefix + "rx_messaging_error");
    rxReset = store.counter(prefix + "rx_reset");
    streamRefusedErrors = store.counter(prefix + "stream_refused_errors");
    trailers = store.counter(prefix + "trailers");
    txFlushTimeout = store.counter(prefix + "tx_flush_timeout");
    txReset = store.counter(prefix + "tx_reset");
    streamsActive = store.gauge(prefix + "streams_active");
    pendingSendBytes = store.gauge(prefix + "pending_send_bytes");
  }
}
