package io.outrigger.proxy.sidecar;

import io.outrigger.identity.RotationClock;
import io.outrigger.proxy.dns.SystemNames;
import io.outrigger.proxy.log.Log;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The workload's entry in the catalog of the Consul agent beside it: made when the sidecar is
 * ready, made again where the agent has lost it, and taken back before the listeners close. A
 * thread of its own.
 */
final class ConsulRegistration {
  private static final int CONNECT_MILLIS = 2000;
  private static final int READ_MILLIS = 5000;
  private static final long LOOK_SECONDS = 10;
  private static final int SHOWN = 200;

  private final ConsulAgent agent;
  private final String id;
  private final String definition;
  private final RotationClock rotation = new RotationClock(new SecureRandom());
  private final CountDownLatch end = new CountDownLatch(1);
  private final Thread thread = new Thread(this::keep, "consul");
  private volatile boolean registered;

  /**
   * Will register.
   *
   * @param address the workload's own
   */
  ConsulRegistration(ConsulAgent agent, SidecarOptions options, String address) {
    this.agent = agent;
    this.id = options.instance();
    this.definition = definition(agent, options, address);
    thread.setDaemon(true);
  }

  void start() {
    thread.start();
  }

  /** Takes the entry back; whether there was one, so that callers have yet to hear of it. */
  boolean end() {
    end.countDown();
    try {
      thread.join(Duration.ofMillis(READ_MILLIS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (!registered) {
      return false;
    }
    try {
      ask("PUT", "/v1/agent/service/deregister/" + id, "");
      Log.MAIN.info("no longer in Consul's catalog: " + id);
      return true;
    } catch (IOException e) {
      Log.MAIN.warning(id + " stays in Consul's catalog until its check fails: " + told(e));
      return false;
    }
  }

  private void keep() {
    int failures = 0;
    try {
      do {
        try {
          if (!registered || status("GET", "/v1/agent/service/" + id, "") == 404) {
            ask("PUT", "/v1/agent/service/register", definition);
            registered = true;
            Log.MAIN.info("in Consul's catalog as " + id);
          }
          failures = 0;
        } catch (IOException e) {
          if (failures++ == 0) {
            Log.MAIN.warning(id + " isn't in Consul's catalog, or can't be looked up: " + told(e));
          }
        }
      } while (!end.await(
          failures == 0 ? LOOK_SECONDS * 1000 : rotation.retryAfter(failures).toMillis(),
          TimeUnit.MILLISECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private String told(IOException e) {
    return "agent " + agent.host() + ":" + agent.port() + ": " + e.getMessage();
  }

  private void ask(String method, String path, String body) throws IOException {
    int status = status(method, path, body);
    if (status != 200) {
      throw new IOException("it answers " + path + " with " + status);
    }
  }

  /** The answer's status; one that means that we may not, or said something wrong, is thrown. */
  private int status(String method, String path, String body) throws IOException {
    byte[] content = body.getBytes(StandardCharsets.UTF_8);
    StringBuilder head = new StringBuilder();
    head.append(method).append(' ').append(path).append(" HTTP/1.1\r\nhost: ");
    head.append(agent.host()).append("\r\nconnection: close\r\ncontent-length: ");
    head.append(content.length).append("\r\n");
    String token = token(agent.tokenFile());
    if (!token.isEmpty()) {
      head.append("x-consul-token: ").append(token).append("\r\n");
    }
    head.append("\r\n");
    String answer;
    try (Socket socket = new Socket()) {
      socket.connect(
          new InetSocketAddress(SystemNames.resolve(agent.host()).getFirst(), agent.port()),
          CONNECT_MILLIS);
      socket.setSoTimeout(READ_MILLIS);
      OutputStream out = socket.getOutputStream();
      out.write(head.toString().getBytes(StandardCharsets.ISO_8859_1));
      out.write(content);
      out.flush();
      answer = new String(socket.getInputStream().readNBytes(1 << 16), StandardCharsets.UTF_8);
    }
    int status;
    try {
      status = Integer.parseInt(answer.substring(answer.indexOf(' ') + 1).substring(0, 3));
    } catch (IndexOutOfBoundsException | NumberFormatException e) {
      throw new IOException("it answers no HTTP: is it a Consul agent?", e);
    }
    if (status == 400 || status == 403 || status >= 500) {
      String text = answer.substring(Math.max(0, answer.indexOf("\r\n\r\n"))).strip();
      throw new IOException(
          "it answers "
              + path
              + " with "
              + status
              + ": "
              + text.substring(0, Math.min(text.length(), SHOWN)));
    }
    return status;
  }

  private static String token(@Nullable Path file) throws IOException {
    return file == null ? "" : Files.readString(file).strip();
  }

  /** Labels as tags KEY=VALUE: meta keys can't have the dots and slashes of labels. */
  static String definition(ConsulAgent agent, SidecarOptions options, String address) {
    boolean bound = options.interception() == SidecarOptions.Interception.NONE;
    int port = bound ? options.inboundPort() : options.appPort();
    StringBuilder tags = new StringBuilder();
    options
        .labels()
        .forEach(
            (key, value) ->
                tags.append(tags.isEmpty() ? "" : ", ")
                    .append(SidecarBootstrap.quote(key + "=" + value)));
    String sidecar =
        options.healthPort() == 0
            ? "\"TCP\": " + SidecarBootstrap.quote(address + ":" + port)
            : "\"HTTP\": "
                + SidecarBootstrap.quote(
                    "http://" + address + ":" + options.healthPort() + "/healthz/ready");
    String path = agent.checkPath();
    String application =
        path == null
            ? "\"TCP\": \"127.0.0.1:" + options.appPort() + "\""
            : "\"HTTP\": " + SidecarBootstrap.quote("http://127.0.0.1:" + options.appPort() + path);
    String often = "\"Interval\": \"1s\", \"Timeout\": \"1s\"";
    return """
        {"ID": %s, "Name": %s, "Address": %s, "Port": %d, "Tags": [%s],
         "Meta": {"outrigger-service-account": %s, "outrigger-service-port": "%d"},
         "Checks": [
           {"Name": "sidecar", %s, %s, "Status": "passing",
            "DeregisterCriticalServiceAfter": "10m"},
           {"Name": "application", %s, %s}]}
        """
        .formatted(
            SidecarBootstrap.quote(options.instance()),
            SidecarBootstrap.quote(options.service()),
            SidecarBootstrap.quote(address),
            port,
            tags,
            SidecarBootstrap.quote(options.id().serviceAccount()),
            options.appPort(),
            sidecar,
            often,
            application,
            often);
  }
}
