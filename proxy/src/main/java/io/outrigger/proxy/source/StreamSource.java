package io.outrigger.proxy.source;

import io.outrigger.proxy.ads.SingleStream;
import io.outrigger.proxy.snapshot.Snapshot;

/** A gRPC stream as a source. */
record StreamSource(SingleStream stream) implements Source {
  void published(Snapshot snapshot) {
    stream.onPublished(snapshot);
  }

  @Override
  public void close() {
    stream.close();
  }
}
