package io.outrigger.proxy.tracing;

import io.outrigger.config.runtime.RuntimeValues;
import io.outrigger.proxy.collector.Collector;
import io.outrigger.proxy.stats.Counter;
import io.outrigger.proxy.stats.StatStore;
import io.outrigger.proxy.timeout.Timeout;
import io.outrigger.proxy.worker.Worker;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A bounded queue of spans, sent in reports. While reports are on their way spans wait; a collector
 * that is slow or gone costs the queue's bound, and what comes on top is dropped and counted.
 */
abstract class SpanExporter {
  private static final int MOST_WAITING = 4096;
  private static final int MOST_UNDER_WAY = 4;
  private static final long FLUSH_INTERVAL_MILLIS = 5000;
  private static final long REQUEST_TIMEOUT_MILLIS = 5000;
  private static final int MIN_FLUSH_SPANS = 5;

  final int cell;
  private final Collector collector;
  private final String runtimePrefix;
  private final Timeout timer;
  private final Counter spansSent;
  private final Counter timerFlushed;
  private List<Span> waiting = new ArrayList<>();
  private int underWay;

  /** {@code prefix} is that of statistics and runtime keys, such as {@code tracing.zipkin.}. */
  SpanExporter(Worker worker, StatStore stats, Collector collector, String prefix) {
    this.cell = worker.index();
    this.collector = collector;
    this.runtimePrefix = prefix;
    this.timer = new Timeout(worker.timers(), this::onTimer);
    this.spansSent = stats.counter(prefix + "spans_sent");
    this.timerFlushed = stats.counter(prefix + "timer_flushed");
  }

  final void add(Span span) {
    if (waiting.size() >= MOST_WAITING) {
      dropped(1);
      return;
    }
    waiting.add(span);
    if (waiting.size()
        >= RuntimeValues.number(runtimePrefix + "min_flush_spans", MIN_FLUSH_SPANS)) {
      flush();
    } else if (!timer.isArmed()) {
      armTimer();
    }
  }

  private void armTimer() {
    timer.arm(
        TimeUnit.MILLISECONDS.toNanos(
            RuntimeValues.number(runtimePrefix + "flush_interval_ms", FLUSH_INTERVAL_MILLIS)));
  }

  private void onTimer() {
    timerFlushed.inc(cell);
    flush();
  }

  private void flush() {
    if (waiting.isEmpty() || underWay >= MOST_UNDER_WAY) {
      return; // the answer that makes room calls again
    }
    timer.cancel();
    List<Span> spans = waiting;
    waiting = new ArrayList<>();
    underWay++;
    spansSent.add(cell, spans.size());
    collector.send(
        encode(spans),
        RuntimeValues.number(runtimePrefix + "request_timeout", REQUEST_TIMEOUT_MILLIS),
        outcome -> onResult(outcome, spans.size()));
  }

  private void onResult(int outcome, int spans) {
    underWay--;
    reported(outcome, spans);
    if (!waiting.isEmpty() && !timer.isArmed()) {
      armTimer();
    }
    if (waiting.size() >= MIN_FLUSH_SPANS) {
      flush();
    }
  }

  abstract byte[] encode(List<Span> spans);

  /** How a report went, as {@link Collector.Result} says it. */
  abstract void reported(int outcome, int spans);

  /** Spans for which there was no room. */
  abstract void dropped(int spans);
}
