package io.outrigger.proxy.tracing;

import java.util.ArrayList;
import java.util.List;

/** A span that has ended, on its way to the collector. */
final class Span {
  final String name;
  final boolean client;
  final long traceHigh;
  final long traceLow;
  final long id;

  /** 0: none. */
  final long parentId;

  final boolean remoteParent;
  final String state;
  final long startMicros;
  final long endMicros;

  /** Names and values by turns. */
  final List<String> tags = new ArrayList<>(48);

  final List<Event> events = new ArrayList<>(0);

  /** The status of the answer; 0 where none came. */
  int status;

  /** What grpc-status said; empty where there was none. */
  String grpcStatus = "";

  /** Something that happened on the way. */
  record Event(String name, long micros) {}

  Span(
      String name,
      boolean client,
      TraceContext context,
      long id,
      long parentId,
      boolean remoteParent,
      long startMicros,
      long endMicros) {
    this.name = name;
    this.client = client;
    this.traceHigh = context.traceHigh;
    this.traceLow = context.traceLow;
    this.id = id;
    this.parentId = parentId;
    this.remoteParent = remoteParent;
    this.state = context.state;
    this.startMicros = startMicros;
    this.endMicros = endMicros;
  }

  /** Sets a tag; one of the same name is replaced. */
  void tag(String key, String value) {
    for (int i = 0; i < tags.size(); i += 2) {
      if (tags.get(i).equals(key)) {
        tags.set(i + 1, value);
        return;
      }
    }
    tags.add(key);
    tags.add(value);
  }
}
