package io.outrigger.proxy.tls;

import io.netty.handler.ssl.OpenSslSessionContext;
import io.netty.handler.ssl.OpenSslSessionTicketKey;
import io.netty.handler.ssl.SslContext;
import io.outrigger.config.source.DataSource;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;

/** Keys of session tickets, which let a client resume without the server keeping its session. */
final class SessionTickets {
  /** What Envoy's keys are: 16 bytes of name, 32 of HMAC key, 32 of AES key. */
  private static final int CONFIGURED_SIZE = 80;

  private static final int HMAC_OFFSET = 16;
  private static final int AES_OFFSET = 48;
  private static final SecureRandom RANDOM = new SecureRandom();

  private SessionTickets() {}

  /** Turns tickets on, with the configured keys, the first of which encrypts, or a random one. */
  static void enable(SslContext context, List<DataSource> configured) throws TlsException {
    if (!(context.sessionContext() instanceof OpenSslSessionContext sessions)) {
      return; // the JDK does its own
    }
    if (configured.isEmpty()) {
      byte[] random = new byte[CONFIGURED_SIZE];
      RANDOM.nextBytes(random);
      sessions.setTicketKeys(key(random));
      return;
    }
    var keys = new OpenSslSessionTicketKey[configured.size()];
    for (int i = 0; i < keys.length; i++) {
      byte[] bytes = DataSources.read(configured.get(i), "session_ticket_keys");
      if (bytes.length != CONFIGURED_SIZE) {
        throw new TlsException(
            "session_ticket_keys.keys["
                + i
                + "] has "
                + bytes.length
                + " bytes, "
                + CONFIGURED_SIZE
                + " are needed");
      }
      keys[i] = key(bytes);
    }
    sessions.setTicketKeys(keys);
  }

  /** This library's tickets take 128-bit keys, so the first halves of the configured ones serve. */
  private static OpenSslSessionTicketKey key(byte[] bytes) {
    return new OpenSslSessionTicketKey(
        Arrays.copyOfRange(bytes, 0, OpenSslSessionTicketKey.NAME_SIZE),
        Arrays.copyOfRange(bytes, HMAC_OFFSET, HMAC_OFFSET + OpenSslSessionTicketKey.HMAC_KEY_SIZE),
        Arrays.copyOfRange(bytes, AES_OFFSET, AES_OFFSET + OpenSslSessionTicketKey.AES_KEY_SIZE));
  }
}
