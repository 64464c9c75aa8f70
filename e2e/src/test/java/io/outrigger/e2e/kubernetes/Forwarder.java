package io.outrigger.e2e.kubernetes;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A way to a server over loopback that can be cut, as when the server is away. */
final class Forwarder implements AutoCloseable {
  private final InetSocketAddress to;
  private final ServerSocket listening;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private volatile boolean cut;

  Forwarder(String host, int port) throws IOException {
    this.to = new InetSocketAddress(host, port);
    this.listening = new ServerSocket(0, 64, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(this::accept);
  }

  int port() {
    return listening.getLocalPort();
  }

  /** Ends every connection, and lets none be made. */
  void cut() {
    cut = true;
    open.forEach(Forwarder::end);
  }

  void mend() {
    cut = false;
  }

  private void accept() {
    try {
      while (true) {
        Socket from = listening.accept();
        open.add(from);
        if (cut) {
          end(from);
          continue;
        }
        Socket onward = new Socket();
        open.add(onward);
        try {
          onward.connect(to, 5000);
        } catch (IOException e) {
          end(from);
          continue;
        }
        if (cut) {
          end(from);
          end(onward);
        }
        Thread.ofVirtual().start(() -> copy(from, onward));
        Thread.ofVirtual().start(() -> copy(onward, from));
      }
    } catch (IOException e) {
      open.forEach(Forwarder::end); // closed
    }
  }

  private void copy(Socket from, Socket onward) {
    try (InputStream in = from.getInputStream()) {
      in.transferTo(onward.getOutputStream());
    } catch (IOException e) {
      // ended by one of both sides, or cut
    } finally {
      end(from);
      end(onward);
      open.remove(from);
      open.remove(onward);
    }
  }

  private static void end(Socket socket) {
    try {
      socket.setSoLinger(true, 0);
    } catch (IOException e) {
      // it has ended already
    }
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() throws IOException {
    listening.close();
    cut();
  }
}
