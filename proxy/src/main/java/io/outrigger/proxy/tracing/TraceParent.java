package io.outrigger.proxy.tracing;

import io.outrigger.config.http.HeaderName;
import io.outrigger.config.http.Headers;

/** W3C Trace Context, level 1: traceparent and tracestate. */
final class TraceParent implements Propagation {
  private static final int LENGTH = 55;
  private static final int SPAN = 36;
  private static final int FLAGS = 53;

  private final byte[] scratch = new byte[LENGTH];

  @Override
  public int extract(Headers headers, TraceContext context) {
    int slot = headers.find(HeaderName.TRACEPARENT);
    if (slot < 0) {
      return ABSENT;
    }
    byte[] data = headers.data();
    int at = headers.valueOffset(slot);
    if (headers.valueLength(slot) != LENGTH
        || data[at + 2] != '-'
        || data[at + SPAN - 1] != '-'
        || data[at + FLAGS - 1] != '-'
        || !Hex.isHex(data, at, 2)
        || !Hex.isHex(data, at + 3, 32)
        || !Hex.isHex(data, at + SPAN, 16)
        || !Hex.isHex(data, at + FLAGS, 2)) {
      return INVALID;
    }
    context.traceHigh = Hex.parse(data, at + 3, 16);
    context.traceLow = Hex.parse(data, at + 19, 16);
    context.spanId = Hex.parse(data, at + SPAN, 16);
    if ((context.traceHigh | context.traceLow) == 0 || context.spanId == 0) {
      return INVALID;
    }
    boolean sampled = (Hex.parse(data, at + FLAGS, 2) & 1) != 0;
    context.asked = sampled ? TraceContext.YES : TraceContext.NO;
    context.state = state(headers);
    return PARENT;
  }

  private static String state(Headers headers) {
    String state = "";
    for (int slot = headers.find(HeaderName.TRACESTATE);
        slot >= 0;
        slot = headers.next(HeaderName.TRACESTATE, slot)) {
      String value = headers.value(slot);
      state = state.isEmpty() ? value : state + "," + value;
    }
    return state;
  }

  @Override
  public void inject(Headers headers, TraceContext context, long spanId, long parentId) {
    scratch[0] = '0';
    scratch[1] = '0';
    scratch[2] = '-';
    Hex.put(scratch, 3, context.traceHigh);
    Hex.put(scratch, 19, context.traceLow);
    scratch[SPAN - 1] = '-';
    Hex.put(scratch, SPAN, spanId);
    scratch[FLAGS - 1] = '-';
    scratch[FLAGS] = '0';
    scratch[FLAGS + 1] = (byte) (context.sampled ? '1' : '0');
    headers.set(HeaderName.TRACEPARENT, scratch, 0, LENGTH);
    if (context.state.isEmpty()) {
      headers.set(HeaderName.TRACESTATE, scratch, 0, 0); // as Envoy does
    } else {
      headers.set(HeaderName.TRACESTATE, context.state);
    }
  }
}
