package io.outrigger.e2e.differential;

import io.outrigger.testkit.RawClient;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/** Connections of a case that stay open from one exchange to another, by name. */
final class KeptConnections implements AutoCloseable {
  private final Map<String, RawClient> open = new HashMap<>();

  /** Sends on the connection of this name, which is opened with its first request. */
  String exchange(String name, int port, String bytes) throws IOException {
    RawClient client = open.get(name);
    if (client == null) {
      client = new RawClient(port);
      open.put(name, client);
    }
    client.send(bytes);
    return client.response(false);
  }

  /** Waits for the other side to end the connection, and gives what came before. */
  String end(String name) throws IOException {
    RawClient client = open.remove(name);
    if (client == null) {
      throw new AssertionError("no connection is called " + name);
    }
    try (client) {
      return client.rest();
    }
  }

  @Override
  public void close() throws IOException {
    for (RawClient client : open.values()) {
      client.close();
    }
  }
}
