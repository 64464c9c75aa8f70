package io.outrigger.cli.demo;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/**
 * One service of the bookshop, a plain HTTP application that knows nothing of the mesh.
 *
 * <p>It finds the others by name, through the proxy that the environment variable HTTP_PROXY names,
 * as any application would. Arguments: service, version, port.
 */
public final class Bookshop {
  /** What an application has to pass on, so that the calls it makes are in its caller's trace. */
  private static final List<String> TRACE_HEADERS =
      List.of(
          "x-request-id",
          "x-b3-traceid",
          "x-b3-spanid",
          "x-b3-parentspanid",
          "x-b3-sampled",
          "x-b3-flags",
          "traceparent",
          "tracestate");

  private final String service;
  private final String version;
  private final Proxy proxy;

  private Bookshop(String service, String version, @Nullable String httpProxy) {
    this.service = service;
    this.version = version;
    this.proxy = httpProxy == null || httpProxy.isEmpty() ? Proxy.NO_PROXY : proxy(httpProxy);
  }

  /** Runs a service until the process ends. */
  public static void main(String[] args) throws IOException {
    System.setProperty("sun.net.httpserver.nodelay", "true");
    System.setProperty("http.maxConnections", "64");
    // the application must see a failure of the mesh, not hide it behind a second try of its own
    System.setProperty("sun.net.http.retryPost", "false");
    Bookshop shop = new Bookshop(args[0], args[1], System.getenv("HTTP_PROXY"));
    int port = Integer.parseInt(args[2]);
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1024);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", shop::serve);
    server.start();
  }

  private static Proxy proxy(String url) {
    URI uri = URI.create(url);
    return new Proxy(Proxy.Type.HTTP, new InetSocketAddress(uri.getHost(), uri.getPort()));
  }

  private void serve(HttpExchange exchange) throws IOException {
    try (exchange;
        InputStream body = exchange.getRequestBody()) {
      body.skipNBytes(0);
      int status = 200;
      String answer;
      try {
        answer = answer(exchange.getRequestURI().getPath(), exchange.getRequestHeaders());
      } catch (IOException e) {
        status = 502;
        answer = service + ": " + e.getMessage() + "\n";
      }
      byte[] bytes = answer.getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().set("content-type", "text/plain; charset=utf-8");
      exchange.getResponseHeaders().set("x-served-by", service + "-" + version);
      exchange.sendResponseHeaders(status, bytes.length);
      exchange.getResponseBody().write(bytes);
    }
  }

  private String answer(String path, Headers from) throws IOException {
    return switch (service) {
      case "frontend" ->
          path.equals("/reviews")
              ? call("reviews", "/reviews/1", from)
              : call("catalog", "/books/1", from) + call("reviews", "/reviews/1", from);
      case "catalog" -> "The Outrigger, second edition\n";
      case "ratings" -> "5\n";
      default ->
          version.equals("v1")
              ? "reviews " + version + ": rides along, and the boat doesn't tip\n"
              : "reviews " + version + ": " + stars(call("ratings", "/ratings/1", from));
    };
  }

  private String stars(String rating) {
    String star = version.equals("v3") ? "★" : "*";
    return star.repeat(Integer.parseInt(rating.strip())) + "\n";
  }

  private String call(String host, String path, Headers from) throws IOException {
    URI uri = URI.create("http://" + host + ":9080" + path);
    HttpURLConnection connection = (HttpURLConnection) uri.toURL().openConnection(proxy);
    connection.setConnectTimeout(5000);
    connection.setReadTimeout(10000);
    for (String name : TRACE_HEADERS) {
      String value = from.getFirst(name);
      if (value != null) {
        connection.setRequestProperty(name, value);
      }
    }
    int status = connection.getResponseCode();
    try (InputStream body = status < 400 ? connection.getInputStream() : error(connection)) {
      String text = new String(body.readAllBytes(), StandardCharsets.UTF_8);
      if (status != 200) {
        throw new IOException(uri + " answered " + status + " " + Map.of("body", text.strip()));
      }
      return text;
    }
  }

  private static InputStream error(HttpURLConnection connection) {
    InputStream stream = connection.getErrorStream();
    return stream == null ? InputStream.nullInputStream() : stream;
  }
}
