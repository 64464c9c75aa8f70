package io.outrigger.e2e.clients;

import org.jspecify.annotations.Nullable;

/** A client library, set up as its first page of documentation says. Any thread. */
interface StockClient extends AutoCloseable {
  /**
   * Sends one request and reads the whole answer. The body, if there is one, goes with its length
   * or, {@code streamed}, without.
   */
  Answer send(String method, String url, byte @Nullable [] body, boolean streamed) throws Exception;

  @Override
  void close() throws Exception;

  /** What came back. */
  record Answer(int status, byte[] body) {}
}
