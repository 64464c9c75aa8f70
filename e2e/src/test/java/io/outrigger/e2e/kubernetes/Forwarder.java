package io.outrigger.e2e.kubernetes;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A way to a server over loopback that can be cut, or hang, as when the server is away. */
final class Forwarder implements AutoCloseable {
  private final InetSocketAddress to;
  private final int port;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private ServerSocket listening;
  private boolean silent;

  Forwarder(String host, int port) throws IOException {
    this.to = new InetSocketAddress(host, port);
    this.listening = listen(0);
    this.port = listening.getLocalPort();
  }

  private ServerSocket listen(int at) throws IOException {
    ServerSocket made = new ServerSocket();
    made.setReuseAddress(true);
    made.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), at), 64);
    Thread.ofVirtual().start(() -> accept(made));
    return made;
  }

  int port() {
    return port;
  }

  /** Ends every connection, and refuses new ones. */
  synchronized void cut() throws IOException {
    listening.close();
    open.forEach(Forwarder::end);
  }

  /** Keeps every connection and takes new ones, and hands on no byte. */
  synchronized void hang() {
    silent = true;
  }

  synchronized void mend() throws IOException {
    silent = false;
    notifyAll();
    if (listening.isClosed()) {
      listening = listen(port);
    }
  }

  private synchronized void awaitVoice() throws IOException {
    try {
      while (silent) {
        wait();
      }
    } catch (InterruptedException e) {
      throw new InterruptedIOException();
    }
  }

  private void accept(ServerSocket at) {
    try {
      while (true) {
        Socket from = at.accept();
        open.add(from);
        Thread.ofVirtual().start(() -> join(from));
      }
    } catch (IOException e) {
      open.forEach(Forwarder::end); // closed
    }
  }

  private void join(Socket from) {
    Socket onward = new Socket();
    open.add(onward);
    try {
      onward.connect(to, 5000);
    } catch (IOException e) {
      end(from);
      end(onward);
      return;
    }
    Thread.ofVirtual().start(() -> copy(from, onward));
    copy(onward, from);
  }

  private void copy(Socket from, Socket onward) {
    byte[] buffer = new byte[16384];
    try (InputStream in = from.getInputStream();
        OutputStream out = onward.getOutputStream()) {
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        awaitVoice();
        out.write(buffer, 0, read);
      }
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
  public synchronized void close() throws IOException {
    cut();
    silent = false;
    notifyAll();
  }
}
