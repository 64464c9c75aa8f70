package io.outrigger.proxy.cluster;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;

/** A port of the loopback that neither accepts nor refuses: its queue is full. */
final class BlackHole implements AutoCloseable {
  private static final int PATIENCE_MILLIS = 200;

  private final ServerSocket server;
  private final List<Socket> queue = new ArrayList<>();

  BlackHole() throws IOException {
    server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    for (boolean full = false; !full; ) {
      Socket socket = new Socket();
      queue.add(socket);
      try {
        socket.connect(server.getLocalSocketAddress(), PATIENCE_MILLIS);
      } catch (SocketTimeoutException isFull) {
        full = true;
      }
    }
  }

  int port() {
    return server.getLocalPort();
  }

  @Override
  public void close() throws IOException {
    for (Socket socket : queue) {
      socket.close();
    }
    server.close();
  }
}
