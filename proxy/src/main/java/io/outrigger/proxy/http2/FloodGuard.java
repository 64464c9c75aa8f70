package io.outrigger.proxy.http2;

import io.outrigger.proxy.stats.Counter;
import org.jspecify.annotations.Nullable;

/**
 * Budgets for frames that cost us more than their sender (Envoy's {@code ProtocolConstraints}).
 *
 * <p>Each method takes one frame from a budget and returns what the connection is closed for, or
 * null. What a stream brought to a budget lapses at its end, so that no budget can be saved up.
 */
final class FloodGuard {
  private static final int MAX_IDLE_FRAMES = 10_000;
  private static final int MAX_SAVED_UPDATES = 100_000;

  private final Http2Settings settings;
  private final Http2Stats stats;
  private final int cell;
  private int emptyFrames;
  private long priorities;
  private long updates;
  private int idleFrames;

  FloodGuard(Http2Settings settings, Http2Stats stats, int cell) {
    this.settings = settings;
    this.stats = stats;
    this.cell = cell;
    this.priorities = settings.maxInboundPriorityFramesPerStream();
    this.updates = 5;
  }

  void onStreamOpened() {
    priorities += settings.maxInboundPriorityFramesPerStream();
    updates += 2;
    idleFrames = 0;
  }

  void onStreamClosed(int activeStreams) {
    long perStream = settings.maxInboundPriorityFramesPerStream();
    priorities = Math.min(priorities, perStream * (1 + activeStreams));
    updates = Math.min(updates, 5 + 2L * activeStreams + MAX_SAVED_UPDATES);
  }

  void onDataSent() {
    updates += 2L * settings.maxInboundWindowUpdateFramesPerDataFrameSent();
  }

  /** A DATA, HEADERS or CONTINUATION frame, with the length of what it carries. */
  @Nullable String onPayload(int length, boolean endStream) {
    if (length > 0 || endStream) {
      emptyFrames = 0;
      idleFrames = 0;
      return null;
    }
    return ++emptyFrames > settings.maxConsecutiveInboundFramesWithEmptyPayload()
        ? flood(stats.inboundEmptyFramesFlood, "http2.inbound_empty_frames_flood")
        : null;
  }

  @Nullable String onPriority() {
    return --priorities < 0
        ? flood(stats.inboundPriorityFramesFlood, "http2.inbound_priority_frames_flood")
        : null;
  }

  @Nullable String onWindowUpdate() {
    return --updates < 0
        ? flood(stats.inboundWindowUpdateFramesFlood, "http2.inbound_window_update_frames_flood")
        : null;
  }

  /** A frame that does nothing: of an unknown type, or for a stream that is closed. */
  @Nullable String onIdleFrame() {
    return ++idleFrames > MAX_IDLE_FRAMES ? "http2.inbound_idle_frames_flood" : null;
  }

  private String flood(Counter counter, String details) {
    counter.inc(cell);
    return details;
  }
}
