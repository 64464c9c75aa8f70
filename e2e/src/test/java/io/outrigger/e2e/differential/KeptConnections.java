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
    send(name, port, bytes);
    return open(name).response(false);
  }

  /** The same, but for the answer. */
  String send(String name, int port, String bytes) throws IOException {
    RawClient client = open.get(name);
    if (client == null) {
      client = new RawClient(port);
      open.put(name, client);
    }
    client.send(bytes);
    return "sent";
  }

  /** The answer to what was sent. */
  String answer(String name) throws IOException {
    return open(name).response(false);
  }

  /** Waits for the other side to end the connection, and gives what came before. */
  String end(String name) throws IOException {
    try (RawClient client = open(name)) {
      open.remove(name);
      return client.rest();
    }
  }

  /** Ends the connection. */
  String hangUp(String name) throws IOException {
    open(name).close();
    open.remove(name);
    return "closed";
  }

  private RawClient open(String name) {
    RawClient client = open.get(name);
    if (client == null) {
      throw new AssertionError("no connection is called " + name);
    }
    return client;
  }

  @Override
  public void close() throws IOException {
    for (RawClient client : open.values()) {
      client.close();
    }
  }
}
