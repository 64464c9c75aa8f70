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
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * One service of the bookshop, a plain HTTP application that knows nothing of the mesh.
 *
 * <p>It finds the others by name, through the proxy that the environment variable HTTP_PROXY names,
 * as any application would. Arguments: service, version, port, and the address to bind where that
 * isn't loopback.
 */
public final class Bookshop {
  /** Where a scenario tells an application to fail or to be slow: {@code ?fail=0.5&delay=200}. */
  static final String BEHAVE = "/behave";

  /**
   * What an application has to pass on: its caller's trace, and what routes and policies decide by.
   */
  private static final List<String> PASSED_ON =
      List.of(
          "authorization",
          "x-user",
          "x-chaos",
          "x-retries",
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

  /** The share of requests to fail, and how long to wait before any answer. */
  private record Behaviour(double fail, long delayMillis) {}

  private volatile Behaviour behaviour = new Behaviour(0, 0);
  private final AtomicLong asked = new AtomicLong();

  /** Another service's word, which is passed on with its status. */
  private static final class Refused extends IOException {
    private static final long serialVersionUID = 1L;
    private final int status;

    Refused(int status, String message) {
      super(message);
      this.status = status;
    }
  }

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
    HttpServer server = HttpServer.create(new InetSocketAddress(address(args), port), 1024);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", shop::serve);
    server.start();
  }

  private static InetAddress address(String[] args) throws IOException {
    return args.length > 3 ? InetAddress.getByName(args[3]) : InetAddress.getLoopbackAddress();
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
        URI uri = exchange.getRequestURI();
        answer =
            uri.getPath().equals(BEHAVE)
                ? behave(uri.getQuery())
                : answer(uri.getPath(), exchange.getRequestHeaders());
      } catch (IOException e) {
        status = e instanceof Refused refused ? refused.status : 502;
        answer = service + ": " + e.getMessage() + "\n";
      }
      byte[] bytes = answer.getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().set("content-type", "text/plain; charset=utf-8");
      exchange.getResponseHeaders().set("x-served-by", service + "-" + version);
      exchange.sendResponseHeaders(status, bytes.length);
      exchange.getResponseBody().write(bytes);
    }
  }

  private String behave(String query) {
    double fail = 0;
    long delay = 0;
    for (String part : query.split("&", -1)) {
      if (part.startsWith("fail=")) {
        fail = Double.parseDouble(part.substring(5));
      } else if (part.startsWith("delay=")) {
        delay = Long.parseLong(part.substring(6));
      }
    }
    behaviour = new Behaviour(fail, delay);
    return service + "-" + version + ": fails " + fail + ", waits " + delay + " ms\n";
  }

  private void misbehave() throws IOException {
    Behaviour now = behaviour;
    if (now.delayMillis > 0) {
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(now.delayMillis));
    }
    // by turns and not by chance: of ten requests at a share of a half, five fail
    long count = asked.incrementAndGet();
    if ((long) (count * now.fail) != (long) ((count - 1) * now.fail)) {
      throw new Refused(500, version + " fails, as it was told to");
    }
  }

  private String answer(String path, Headers from) throws IOException {
    misbehave();
    return switch (service) {
      case "frontend" ->
          switch (path) {
            case "/reviews" -> call("reviews", "/reviews/1", from);
            case "/catalog" -> call("catalog", "/books/1", from);
            default -> call("catalog", "/books/1", from) + call("reviews", "/reviews/1", from);
          };
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
    for (String name : PASSED_ON) {
      String value = from.getFirst(name);
      if (value != null) {
        connection.setRequestProperty(name, value);
      }
    }
    int status = connection.getResponseCode();
    try (InputStream body = status < 400 ? connection.getInputStream() : error(connection)) {
      String text = new String(body.readAllBytes(), StandardCharsets.UTF_8);
      if (status != 200) {
        throw new Refused(status, uri + " answered " + status + " " + Map.of("body", text.strip()));
      }
      return text;
    }
  }

  private static InputStream error(HttpURLConnection connection) {
    InputStream stream = connection.getErrorStream();
    return stream == null ? InputStream.nullInputStream() : stream;
  }
}
