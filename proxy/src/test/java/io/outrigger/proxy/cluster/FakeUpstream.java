package io.outrigger.proxy.cluster;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A server of HTTP/1 on the loopback, a virtual thread a connection. The path tells what it does:
 * {@code /hold} waits for {@link #release}, {@code /close} asks to close, {@code /drop} hangs up.
 */
final class FakeUpstream implements AutoCloseable {
  private final ServerSocket server;
  private final CountDownLatch hold = new CountDownLatch(1);
  final AtomicInteger accepted = new AtomicInteger();
  final AtomicInteger requests = new AtomicInteger();
  final List<Socket> open = new CopyOnWriteArrayList<>();
  final List<String> peers = new CopyOnWriteArrayList<>();

  FakeUpstream() throws IOException {
    server = new ServerSocket(0, 128, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(this::accept);
  }

  int port() {
    return server.getLocalPort();
  }

  void release() {
    hold.countDown();
  }

  private void accept() {
    try {
      while (true) {
        Socket socket = server.accept();
        accepted.incrementAndGet();
        open.add(socket);
        peers.add(socket.getInetAddress().getHostAddress());
        Thread.ofVirtual().start(() -> serve(socket));
      }
    } catch (IOException closed) {
      // the test is over
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      BufferedReader in =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
      OutputStream out = socket.getOutputStream();
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        String path = line.split(" ")[1];
        String header = in.readLine();
        while (header != null && !header.isEmpty()) {
          header = in.readLine();
        }
        requests.incrementAndGet();
        if (path.equals("/hold") && !hold.await(120, TimeUnit.SECONDS)) {
          return;
        }
        if (path.equals("/drop")) {
          return;
        }
        boolean close = path.equals("/close");
        String answer =
            "HTTP/1.1 200 OK\r\n"
                + (close ? "connection: close\r\n" : "")
                + "content-length: 2\r\n\r\nok";
        out.write(answer.getBytes(StandardCharsets.ISO_8859_1));
        out.flush();
        if (close) {
          return;
        }
      }
    } catch (IOException | InterruptedException gone) {
      // the proxy hung up
    } finally {
      open.remove(socket);
    }
  }

  void closeConnections() throws IOException {
    for (Socket socket : open) {
      socket.close();
    }
  }

  @Override
  public void close() throws IOException {
    hold.countDown();
    server.close();
    closeConnections();
  }
}
