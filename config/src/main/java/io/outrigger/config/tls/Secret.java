package io.outrigger.config.tls;

import io.outrigger.config.source.DataSource;
import java.util.List;

/** A secret, from the bootstrap or SDS. */
public sealed interface Secret {
  String name();

  /** A certificate and its key. */
  record Certificate(String name, TlsCertificate certificate) implements Secret {}

  /** What the peer's certificate must be. */
  record Validation(String name, ValidationConfig validation) implements Secret {}

  /** Session ticket keys; the first encrypts. */
  record TicketKeys(String name, List<DataSource> keys) implements Secret {
    public TicketKeys {
      keys = List.copyOf(keys);
    }
  }

  /** Any other secret. */
  record Generic(String name, DataSource secret) implements Secret {}
}
