package io.outrigger.filter.testkit;

import com.sun.net.httpserver.HttpServer;
import io.outrigger.proxy.Proxy;
import io.outrigger.proxy.ProxyOptions;
import io.outrigger.proxy.StartException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;

/**
 * A real proxy in this process with one filter in its chain, before an upstream that answers with
 * the headers that it was sent, a line each. The filter's classes are put into a jar and loaded as
 * a proxy in production would.
 */
public final class FilterProxy implements AutoCloseable {
  private final Path directory;
  private final HttpServer upstream;
  private final Proxy proxy;
  private final HttpClient client = HttpClient.newHttpClient();

  private FilterProxy(Path directory, HttpServer upstream, Proxy proxy) {
    this.directory = directory;
    this.upstream = upstream;
    this.proxy = proxy;
  }

  /**
   * Starts both.
   *
   * @param classes the folder of the filter's classes, such as target/classes
   * @param type the filter's type
   * @param value its configuration as YAML or JSON on one line, such as {@code {greeting: hi}}
   */
  public static FilterProxy start(Path classes, String type, String value) throws IOException {
    Path directory = Files.createTempDirectory("filter-proxy");
    Files.write(
        Files.createDirectory(directory.resolve("filters")).resolve("filter.jar"), new byte[0]);
    jar(classes, directory.resolve("filters/filter.jar"));
    HttpServer upstream = upstream();
    Path bootstrap =
        Files.writeString(
            directory.resolve("bootstrap.yaml"),
            bootstrap(type, value, upstream.getAddress().getPort()));
    try {
      Proxy proxy =
          Proxy.start(
              new ProxyOptions()
                  .config(bootstrap.toString(), "")
                  .concurrency(1)
                  .filters(directory.resolve("filters").toString()));
      return new FilterProxy(directory, upstream, proxy);
    } catch (StartException e) {
      upstream.stop(0);
      throw new IOException(e.getMessage(), e);
    }
  }

  private static String bootstrap(String type, String value, int port) {
    return """
      admin: {address: {socket_address: {address: 127.0.0.1, port_value: 0}}}
      static_resources:
        listeners:
        - name: http
          address: {socket_address: {address: 127.0.0.1, port_value: 0}}
          filter_chains:
          - filters:
            - name: hcm
              typed_config:
                "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
                stat_prefix: test
                route_config:
                  virtual_hosts:
                  - name: all
                    domains: ["*"]
                    routes: [{match: {prefix: /}, route: {cluster: upstream}}]
                http_filters:
                - name: filter
                  typed_config:
                    "@type": type.googleapis.com/xds.type.v3.TypedStruct
                    type_url: types/%s
                    value: %s
                - name: router
                  typed_config: {"@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router}
        clusters:
        - name: upstream
          type: STATIC
          load_assignment:
            cluster_name: upstream
            endpoints:
            - lb_endpoints:
              - endpoint: {address: {socket_address: {address: 127.0.0.1, port_value: %d}}}
      """
        .formatted(type, value, port);
  }

  private static void jar(Path classes, Path jar) throws IOException {
    try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar));
        Stream<Path> files = Files.walk(classes)) {
      for (Path file : (Iterable<Path>) files.filter(Files::isRegularFile).sorted()::iterator) {
        out.putNextEntry(new ZipEntry(classes.relativize(file).toString().replace('\\', '/')));
        out.write(Files.readAllBytes(file));
      }
    }
  }

  private static HttpServer upstream() throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          try (exchange) {
            String body =
                new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            StringBuilder answer = new StringBuilder();
            for (Map.Entry<String, List<String>> header :
                new TreeMap<>(exchange.getRequestHeaders()).entrySet()) {
              answer
                  .append(header.getKey().toLowerCase(java.util.Locale.ROOT))
                  .append(": ")
                  .append(String.join(",", header.getValue()))
                  .append('\n');
            }
            byte[] bytes = answer.append(body).toString().getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, bytes.length);
            exchange.getResponseBody().write(bytes);
          }
        });
    server.start();
    return server;
  }

  /** Where the proxy listens. */
  public URI uri() {
    try {
      InetSocketAddress at =
          (InetSocketAddress) proxy.listeners().getFirst().addresses().getFirst();
      return URI.create("http://127.0.0.1:" + at.getPort());
    } catch (StartException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Asks the proxy; headers as name and value by turns. */
  public HttpResponse<String> get(String path, String... headers)
      throws IOException, InterruptedException {
    HttpRequest.Builder request = HttpRequest.newBuilder(uri().resolve(path));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  @Override
  public void close() {
    proxy.close();
    upstream.stop(0);
    client.close();
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : (Iterable<Path>) files.sorted(Comparator.reverseOrder())::iterator) {
        Files.delete(file);
      }
    } catch (IOException e) {
      // a temporary folder; nobody reads it again
    }
  }
}
