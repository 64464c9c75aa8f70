package io.outrigger.e2e.gateway;

import io.outrigger.testkit.TestCa;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;

/** A server outside the mesh that ends TLS itself, and answers every request alike. */
final class TlsServer implements AutoCloseable {
  private final SSLServerSocket server;

  TlsServer(TestCa.Leaf leaf) throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    store.setKeyEntry("it", leaf.key(), new char[0], new X509Certificate[] {leaf.certificate()});
    KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
    keys.init(store, new char[0]);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), null, null);
    server =
        (SSLServerSocket)
            context
                .getServerSocketFactory()
                .createServerSocket(0, 16, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(this::serve);
  }

  int port() {
    return server.getLocalPort();
  }

  private void serve() {
    while (!server.isClosed()) {
      try (Socket socket = server.accept()) {
        BufferedReader in =
            new BufferedReader(
                new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
        for (String line = in.readLine(); line != null && !line.isEmpty(); ) {
          line = in.readLine();
        }
        socket
            .getOutputStream()
            .write(
                "HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 8\r\n\r\npassed\r\n"
                    .getBytes(StandardCharsets.ISO_8859_1));
      } catch (IOException e) {
        // that client is gone; the next one may do better
      }
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
