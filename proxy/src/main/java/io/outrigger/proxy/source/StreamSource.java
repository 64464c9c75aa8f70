package io.outrigger.proxy.source;

import io.outrigger.proxy.ads.SingleStream;
import io.outrigger.proxy.snapshot.Snapshot;
import io.outrigger.xds.ResourceType;

/** A gRPC stream as a source. */
record StreamSource(SingleStream stream) implements Source {
  void published(Snapshot snapshot) {
    stream.onPublished(snapshot);
  }

  void ask(ResourceType type, String name) {
    stream.ask(type, name);
  }

  @Override
  public void close() {
    stream.close();
  }
}
