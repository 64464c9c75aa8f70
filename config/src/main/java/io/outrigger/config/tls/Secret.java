package io.outrigger.config.tls;

import io.outrigger.config.source.DataSource;
import java.util.List;

/** A secret, from the bootstrap or SDS. */
public sealed interface Secret {
  String name();

  /** The same in another object: what changed since is in files that it names. */
  Secret copy();

  /** A certificate and its key. */
  record Certificate(String name, TlsCertificate certificate) implements Secret {
    @Override
    public Secret copy() {
      return new Certificate(name, certificate);
    }
  }

  /** What the peer's certificate must be. */
  record Validation(String name, ValidationConfig validation) implements Secret {
    @Override
    public Secret copy() {
      return new Validation(name, validation);
    }
  }

  /** Session ticket keys; the first encrypts. */
  record TicketKeys(String name, List<DataSource> keys) implements Secret {
    public TicketKeys {
      keys = List.copyOf(keys);
    }

    @Override
    public Secret copy() {
      return new TicketKeys(name, keys);
    }
  }

  /** Any other secret. */
  record Generic(String name, DataSource secret) implements Secret {
    @Override
    public Secret copy() {
      return new Generic(name, secret);
    }
  }
}
