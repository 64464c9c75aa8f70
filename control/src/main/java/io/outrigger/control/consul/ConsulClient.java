package io.outrigger.control.consul;

import io.outrigger.api.yaml.Node;
import io.outrigger.api.yaml.Place;
import io.outrigger.api.yaml.Yaml;
import io.outrigger.api.yaml.YamlException;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** Asks a Consul agent over HTTP. Blocks; any number of threads. */
final class ConsulClient implements AutoCloseable {
  /** What a query's answer is, and the index to go on from. */
  record Answer(long index, Node body) {}

  /**
   * How long an agent may hold a query before it answers that nothing has changed. So long an index
   * that its servers have gone behind could keep a change back.
   */
  static final Duration WAIT = Duration.ofMinutes(1);

  private static final Duration CONNECT = Duration.ofSeconds(5);
  private static final Duration GRACE = Duration.ofSeconds(15);
  private static final int LONGEST = 64 << 20;
  private static final int SHOWN = 200;
  private static final Node EMPTY =
      new Node.Sequence(java.util.List.of(), new Place("consul", 1, 1));

  private final ConsulAddress address;
  private final HttpClient client =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(CONNECT)
          .followRedirects(HttpClient.Redirect.NEVER)
          .build();

  ConsulClient(ConsulAddress address) {
    this.address = address;
  }

  /**
   * Asks once.
   *
   * @param path with its query, without datacenter, index and wait
   * @param index 0: answered at once; else only when there is something newer, or after the wait
   * @throws ConsulException saying why there is no answer
   */
  Answer get(String path, long index, Duration wait) throws ConsulException, InterruptedException {
    StringBuilder uri = new StringBuilder(address.agent().toString()).append(path);
    char next = path.indexOf('?') < 0 ? '?' : '&';
    String datacenter = address.datacenter();
    if (datacenter != null) {
      uri.append(next).append("dc=").append(encode(datacenter));
      next = '&';
    }
    Duration longest = GRACE;
    if (index > 0) {
      uri.append(next).append("index=").append(index);
      uri.append("&wait=").append(wait.toMillis()).append("ms");
      longest = GRACE.plus(wait).plus(wait.dividedBy(16)); // Consul waits up to a sixteenth longer
    }
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(uri.toString())).timeout(longest);
    String token = token();
    if (!token.isEmpty()) {
      request.header("x-consul-token", token);
    }
    HttpResponse<byte[]> response;
    try {
      response =
          client.send(request.build(), BodyHandlers.limiting(BodyHandlers.ofByteArray(), LONGEST));
    } catch (HttpTimeoutException e) {
      throw new ConsulException(
          "has not answered " + path + " within " + longest.toSeconds() + " s");
    } catch (IOException e) {
      throw new ConsulException(told(path, e));
    } catch (IllegalArgumentException e) {
      throw new ConsulException("can't be asked with that token: " + address.tokenFile());
    }
    return answer(path, response);
  }

  private static String told(String path, IOException e) {
    Throwable root = e;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    String message = String.valueOf(root.getMessage());
    if (message.contains("capacity")) {
      return "answers " + path + " with more than " + (LONGEST >> 20) + " MB, which isn't read";
    }
    return "isn't reached (" + root.getClass().getSimpleName() + ": " + message + ")";
  }

  private Answer answer(String path, HttpResponse<byte[]> response) throws ConsulException {
    String text = new String(response.body(), StandardCharsets.UTF_8);
    int status = response.statusCode();
    long index = response.headers().firstValueAsLong("x-consul-index").orElse(-1);
    if (status == 404 && index >= 0) {
      return new Answer(
          index, EMPTY); // keys that aren't there are answered so, and can be waited for
    }
    if (status != 200) {
      throw new ConsulException(refused(path, status, shown(text)));
    }
    if (index < 0) {
      throw new ConsulException(
          "answers " + path + " without X-Consul-Index: is it a Consul agent?");
    }
    try {
      Node body = Yaml.parse("consul", text);
      return new Answer(index, body == null ? EMPTY : body);
    } catch (YamlException e) {
      throw new ConsulException("answers " + path + " with no JSON: " + shown(text));
    }
  }

  private String refused(String path, int status, String text) {
    if (status == 403 || text.contains("ACL not found")) {
      return "denies "
          + path
          + " ("
          + text
          + "); "
          + (address.tokenFile() == null
              ? "give a token by --consul-token-file"
              : "the token of " + address.tokenFile() + " lacks rights")
          + ": node:read and service:read, and key:read for --consul-kv";
    }
    if (text.contains("No path to datacenter")) {
      return "knows no datacenter \"" + address.datacenter() + "\" (--consul-datacenter)";
    }
    return "answers " + path + " with " + status + ": " + text;
  }

  private static String shown(String text) {
    String line = text.strip().replace('\n', ' ');
    return line.length() > SHOWN ? line.substring(0, SHOWN) + "…" : line;
  }

  private String token() throws ConsulException {
    Path file = address.tokenFile();
    if (file == null) {
      return "";
    }
    try {
      return Files.readString(file).strip();
    } catch (IOException e) {
      throw new ConsulException("isn't asked: --consul-token-file " + file + " can't be read");
    }
  }

  static String encode(String part) {
    return URLEncoder.encode(part, StandardCharsets.UTF_8).replace("+", "%20");
  }

  @Override
  public void close() {
    client.shutdownNow();
  }
}
