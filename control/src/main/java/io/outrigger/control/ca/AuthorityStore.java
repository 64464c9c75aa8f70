package io.outrigger.control.ca;

import io.outrigger.identity.AuthorityPem;
import java.io.IOException;
import java.time.Instant;

/** Where an authority's key and certificates are kept. Its text says where that is. */
public interface AuthorityStore extends AutoCloseable {
  /**
   * Reads it, and makes one where there is none.
   *
   * @throws IOException if it can't be read or written; says what to do
   */
  AuthorityPem open(String trustDomain, Instant now) throws IOException;

  /** Goes on to tell of each change; returns at once. */
  void watch(AuthorityInForce authority);

  @Override
  void close();
}
