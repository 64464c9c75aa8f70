package io.outrigger.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.outrigger.testkit.RawClient;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * An upstream that resets its connection at every byte of a request and of a response, under the
 * mesh's own retries: no POST is executed twice, and no GET fails that was reset before its
 * response.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ResetOffsetsTest {
  private static final byte[] RESPONSE =
      "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok".getBytes(StandardCharsets.US_ASCII);

  /** The mesh's default, as the control plane sends it. */
  private static final String RETRY =
      "{retry_on: 'connect-failure,refused-stream,reset-before-request,reset-of-safe-request',"
          + " num_retries: 3, retry_back_off: {base_interval: 0.001s}}";

  private ServerSocket server;
  private Proxy proxy;
  private int port;

  /** How many bytes the first connection reads and then writes before it is reset. */
  private volatile int reads;

  private volatile int writes;
  private volatile boolean hostile;
  private volatile int executed;

  @BeforeAll
  void start(@TempDir Path directory) throws Exception {
    server = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(this::accept);
    proxy = RoutingProxy.start(directory, server.getLocalPort(), ", retry_policy: " + RETRY);
    port = ListenerPort.of(proxy, "http");
  }

  @AfterAll
  void stop() throws Exception {
    proxy.close();
    server.close();
  }

  private void accept() {
    while (!server.isClosed()) {
      try (Socket socket = server.accept()) {
        serve(socket);
      } catch (IOException e) {
        // the proxy went away, or the test is over
      }
    }
  }

  private void serve(Socket socket) throws IOException {
    boolean bad = hostile;
    hostile = false; // what is tried again is served
    int most = bad ? reads : Integer.MAX_VALUE;
    InputStream in = socket.getInputStream();
    ByteArrayOutputStream request = new ByteArrayOutputStream();
    while (request.size() < most && !isWhole(request)) {
      int next = in.read();
      if (next < 0) {
        return;
      }
      request.write(next);
    }
    if (isWhole(request)) {
      executed++;
      socket.getOutputStream().write(RESPONSE, 0, bad ? writes : RESPONSE.length);
      socket.getOutputStream().flush();
    }
    if (bad) {
      socket.setSoLinger(true, 0); // the close is a reset
    }
  }

  private static boolean isWhole(ByteArrayOutputStream request) {
    String text = request.toString(StandardCharsets.ISO_8859_1);
    int end = text.indexOf("\r\n\r\n");
    return end > 0 && text.length() - end - 4 == (text.startsWith("POST") ? 2 : 0);
  }

  /** The status of the answer to a request whose first connection is reset there. */
  private String send(String method, int readBytes, int writeBytes) throws IOException {
    reads = readBytes;
    writes = writeBytes;
    executed = 0;
    hostile = true;
    try (RawClient client = new RawClient(port)) {
      client.send(
          method.equals("POST")
              ? "POST / HTTP/1.1\r\nhost: h\r\ncontent-length: 2\r\nconnection: close\r\n\r\nhi"
              : "GET / HTTP/1.1\r\nhost: h\r\nconnection: close\r\n\r\n");
      String answer = client.rest();
      return answer.length() < 12 ? "none" : answer.substring(9, 12);
    }
  }

  @Test
  void aPostIsExecutedAtMostOnce() throws IOException {
    List<String> wrong = new ArrayList<>();
    for (int bytes = 1; bytes < 120; bytes++) {
      String status = send("POST", bytes, 0);
      if (executed > 1) {
        wrong.add(bytes + " bytes read: " + status + ", executed " + executed + " times");
      }
    }
    for (int bytes = 0; bytes < RESPONSE.length; bytes++) {
      String status = send("POST", Integer.MAX_VALUE, bytes);
      if (executed != 1) {
        wrong.add(bytes + " bytes answered: " + status + ", executed " + executed + " times");
      }
    }
    assertThat(wrong).isEmpty();
  }

  @Test
  void aGetThatWasResetBeforeItsResponseSucceeds() throws IOException {
    List<String> wrong = new ArrayList<>();
    for (int bytes = 1; bytes < 90; bytes++) {
      String status = send("GET", bytes, 0);
      if (!status.equals("200")) {
        wrong.add(bytes + " bytes read: " + status);
      }
    }
    assertThat(wrong).isEmpty();
  }

  @Test
  void anAnswerIsNeverHalfAnswerAndHalfRetry() throws IOException {
    for (int bytes = RESPONSE.length - 2; bytes < RESPONSE.length; bytes++) {
      send("GET", Integer.MAX_VALUE, bytes);
      assertThat(executed).isEqualTo(1);
    }
  }
}
