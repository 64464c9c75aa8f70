package io.outrigger.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * An upstream that has sent all and closed, while the client has yet to read most of it: the proxy
 * holds a part, the kernel another, and nothing may be lost.
 */
final class UpstreamClosesEarlyTest {
  private static final int SIZE = 5 << 20;

  @TempDir Path directory;

  @ParameterizedTest
  @ValueSource(strings = {"length", "chunks", "close", "tcp"})
  void everyByteArrives(String framing) throws Exception {
    try (ServerSocket server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
      server.setReceiveBufferSize(1 << 16);
      try (Proxy proxy = start(server.getLocalPort())) {
        for (int i = 0; i < 5; i++) {
          CompletableFuture<Void> closed = CompletableFuture.runAsync(() -> serve(server, framing));
          try (Socket client = new Socket()) {
            client.setReceiveBufferSize(1 << 16);
            client.connect(
                new InetSocketAddress(
                    InetAddress.getLoopbackAddress(),
                    ListenerPort.of(proxy, framing.equals("tcp") ? "tcp" : "http")));
            client.setSoTimeout(20_000);
            client
                .getOutputStream()
                .write(
                    "GET / HTTP/1.1\r\nhost: h\r\nconnection: close\r\n\r\n"
                        .getBytes(StandardCharsets.US_ASCII));
            InputStream in = client.getInputStream();
            int first = in.read();
            closed.join(); // as far as the upstream can see, all is done
            byte[] rest = in.readAllBytes();
            int zeros = 0;
            for (byte b : rest) {
              zeros += b == 0 ? 1 : 0;
            }
            assertThat(first).isEqualTo('H');
            assertThat(zeros).isEqualTo(SIZE);
          }
        }
      }
    }
  }

  private static void serve(ServerSocket server, String framing) {
    try (Socket socket = server.accept()) {
      socket.setSendBufferSize(SIZE);
      InputStream in = socket.getInputStream();
      StringBuilder head = new StringBuilder();
      while (head.indexOf("\r\n\r\n") < 0) {
        head.append((char) in.read());
      }
      OutputStream out = socket.getOutputStream();
      String how =
          switch (framing) {
            case "length" -> "content-length: " + SIZE + "\r\n";
            case "chunks" -> "transfer-encoding: chunked\r\n";
            default -> "";
          };
      out.write(("HTTP/1.1 200 OK\r\n" + how + "\r\n").getBytes(StandardCharsets.US_ASCII));
      byte[] part = new byte[1 << 16];
      for (int sent = 0; sent < SIZE; sent += part.length) {
        if (framing.equals("chunks")) {
          out.write("10000\r\n".getBytes(StandardCharsets.US_ASCII));
        }
        out.write(part);
        if (framing.equals("chunks")) {
          out.write("\r\n".getBytes(StandardCharsets.US_ASCII));
        }
      }
      if (framing.equals("chunks")) {
        out.write("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      }
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private Proxy start(int upstream) throws IOException, StartException {
    Path file = directory.resolve("bootstrap.yaml");
    Files.writeString(
        file,
        """
        static_resources:
          listeners:
          - name: http
            address: {socket_address: {address: 127.0.0.1, port_value: 0}}
            per_connection_buffer_limit_bytes: 65536
            filter_chains:
            - filters:
              - name: hcm
                typed_config:
                  "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
                  stat_prefix: in
                  route_config: {virtual_hosts: [{name: all, domains: "*", routes: [{match: {prefix: /}, route: {cluster: up}}]}]}
                  http_filters: [{name: router, typed_config: {"@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router}}]
          - name: tcp
            address: {socket_address: {address: 127.0.0.1, port_value: 0}}
            per_connection_buffer_limit_bytes: 65536
            filter_chains:
            - filters:
              - {name: tcp, typed_config: {"@type": type.googleapis.com/envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy, stat_prefix: t, cluster: up}}
          clusters:
          - name: up
            per_connection_buffer_limit_bytes: 65536
            load_assignment: {cluster_name: up, endpoints: [{lb_endpoints: [{endpoint: {address: {socket_address: {address: 127.0.0.1, port_value: %d}}}}]}]}
        """
            .formatted(upstream));
    return Proxy.start(new ProxyOptions().config(file.toString(), "").concurrency(1));
  }
}
