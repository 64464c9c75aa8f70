package io.outrigger.proxy.tracing;

import io.outrigger.config.http.HeaderName;
import io.outrigger.config.http.Headers;

/** Zipkin's B3 headers: several, or the single one where the request came with that. */
final class B3 implements Propagation {
  private static final HeaderName TRACE_ID = HeaderName.of("x-b3-traceid");
  private static final HeaderName SPAN_ID = HeaderName.of("x-b3-spanid");
  private static final HeaderName PARENT_ID = HeaderName.of("x-b3-parentspanid");
  private static final HeaderName SAMPLED = HeaderName.of("x-b3-sampled");
  private static final HeaderName FLAGS = HeaderName.of("x-b3-flags");
  private static final int SHORT = 16;
  private static final int LONG = 32;

  private final byte[] scratch = new byte[LONG + SHORT + SHORT + 4];

  @Override
  public int extract(Headers headers, TraceContext context) {
    int single = headers.find(HeaderName.B3);
    if (single >= 0) {
      context.single = true;
      return single(
          headers.data(), headers.valueOffset(single), headers.valueLength(single), context);
    }
    sampled(headers, context);
    int trace = headers.find(TRACE_ID);
    int span = headers.find(SPAN_ID);
    if (trace < 0 || span < 0) {
      return ABSENT;
    }
    int parent = headers.find(PARENT_ID);
    byte[] data = headers.data();
    if (!traceId(data, headers.valueOffset(trace), headers.valueLength(trace), context)
        || !isId(headers, span)
        || (parent >= 0 && headers.valueLength(parent) > 0 && !isId(headers, parent))) {
      return INVALID;
    }
    context.spanId = id(headers, span);
    context.parentId = parent < 0 ? 0 : id(headers, parent);
    return PARENT;
  }

  private static boolean isId(Headers headers, int slot) {
    int length = headers.valueLength(slot);
    return length <= SHORT && Hex.isHex(headers.data(), headers.valueOffset(slot), length);
  }

  private static long id(Headers headers, int slot) {
    return Hex.parse(headers.data(), headers.valueOffset(slot), headers.valueLength(slot));
  }

  private static boolean traceId(byte[] data, int offset, int length, TraceContext context) {
    if ((length > SHORT && length != LONG) || !Hex.isHex(data, offset, length)) {
      return false;
    }
    int low = length == LONG ? SHORT : 0;
    context.traceHigh = Hex.parse(data, offset, low);
    context.traceLow = Hex.parse(data, offset + low, length - low);
    return true;
  }

  private static void sampled(Headers headers, TraceContext context) {
    int sampled = headers.find(SAMPLED);
    if (sampled >= 0) {
      int length = headers.valueLength(sampled);
      byte first = length == 0 ? 0 : headers.data()[headers.valueOffset(sampled)];
      boolean yes = (length == 1 && first == '1') || (length == 4 && first == 't');
      context.asked = yes ? TraceContext.YES : TraceContext.NO;
    }
    int flags = headers.find(FLAGS);
    if (flags >= 0
        && headers.valueLength(flags) == 1
        && headers.data()[headers.valueOffset(flags)] == '1') {
      context.asked = TraceContext.YES; // debug
    }
  }

  /**
   * {@code trace-span-sampled-parent}, of which all but the first two, or all but the third, may
   * lack.
   */
  private static int single(byte[] data, int offset, int length, TraceContext context) {
    if (length == 1) {
      return state(data[offset], context) ? ABSENT : INVALID;
    }
    int trace = length > LONG && data[offset + LONG] == '-' ? LONG : SHORT;
    int at = offset + trace + 1;
    int end = offset + length;
    if (length < trace + 1 + SHORT
        || data[at - 1] != '-'
        || !traceId(data, offset, trace, context)
        || !Hex.isHex(data, at, SHORT)) {
      return INVALID;
    }
    context.spanId = Hex.parse(data, at, SHORT);
    at += SHORT;
    if (at == end) {
      return PARENT;
    }
    if (data[at] != '-' || at + 1 == end) {
      return INVALID;
    }
    at++;
    if (end - at == 1 || data[at + 1] == '-') {
      if (!state(data[at], context)) {
        return INVALID;
      }
      at += 2;
      if (at > end) {
        return PARENT;
      }
    }
    if (end - at != SHORT || !Hex.isHex(data, at, SHORT)) {
      return INVALID;
    }
    context.parentId = Hex.parse(data, at, SHORT);
    return PARENT;
  }

  private static boolean state(byte state, TraceContext context) {
    context.asked = state == '0' ? TraceContext.NO : TraceContext.YES;
    return state == '0' || state == '1' || state == 'd';
  }

  @Override
  public void inject(Headers headers, TraceContext context, long spanId, long parentId) {
    int trace = 0;
    if (context.traceHigh != 0) {
      trace = Hex.put(scratch, 0, context.traceHigh);
    }
    trace = Hex.put(scratch, trace, context.traceLow);
    byte sampled = (byte) (context.sampled ? '1' : '0');
    if (context.single) {
      int at = trace;
      scratch[at++] = '-';
      at = Hex.put(scratch, at, spanId);
      scratch[at++] = '-';
      scratch[at++] = sampled;
      if (parentId != 0) {
        scratch[at++] = '-';
        at = Hex.put(scratch, at, parentId);
      }
      headers.set(HeaderName.B3, scratch, 0, at);
      return;
    }
    headers.set(TRACE_ID, scratch, 0, trace);
    headers.set(SPAN_ID, scratch, 0, Hex.put(scratch, 0, spanId));
    if (parentId != 0) {
      headers.set(PARENT_ID, scratch, 0, Hex.put(scratch, 0, parentId));
    }
    scratch[0] = sampled;
    headers.set(SAMPLED, scratch, 0, 1);
  }
}
