package io.outrigger.control.debug;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Executors;

/**
 * The HTTP server of port 15014; a virtual thread a request. Other machines see only the pages that
 * are open to them, whatever address it listens on.
 */
public final class DebugServer implements AutoCloseable {
  /** What a page answers. */
  public record Page(int status, String contentType, String body) {
    public static Page text(String body) {
      return new Page(200, "text/plain; charset=utf-8", body);
    }

    public static Page json(String body) {
      return new Page(200, "application/json", body + "\n");
    }

    public static Page notFound(String body) {
      return new Page(404, "text/plain; charset=utf-8", body);
    }
  }

  /** Makes a page from a request's query parameters. */
  @FunctionalInterface
  public interface Handler {
    Page handle(Map<String, String> query);
  }

  private final HttpServer server;
  private final Map<String, String> titles = new TreeMap<>();
  private final Map<String, Handler> handlers = new LinkedHashMap<>();
  private final Set<String> open = new HashSet<>();

  public DebugServer(InetSocketAddress address) throws IOException {
    try {
      server = HttpServer.create(address, 0);
    } catch (IOException e) {
      throw new IOException("can't listen on port " + address.getPort() + ": " + e.getMessage(), e);
    }
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", this::serve);
  }

  /** Adds a page, before {@link #start}. */
  public DebugServer page(String path, String title, Handler handler) {
    titles.put(path, title);
    handlers.put(path, handler);
    return this;
  }

  /** Adds a page that others than this machine may see, before {@link #start}. */
  public DebugServer open(String path, String title, Handler handler) {
    open.add(path);
    return page(path, title, handler);
  }

  public void start() {
    server.start();
  }

  public int port() {
    return server.getAddress().getPort();
  }

  private void serve(HttpExchange exchange) throws IOException {
    try (exchange) {
      String path = exchange.getRequestURI().getPath();
      Handler handler = handlers.get(path);
      Page page;
      if (!exchange.getRequestMethod().equals("GET")
          && !exchange.getRequestMethod().equals("HEAD")) {
        page = new Page(405, "text/plain; charset=utf-8", "these pages are read with GET\n");
      } else if (!open.contains(path)
          && !exchange.getRemoteAddress().getAddress().isLoopbackAddress()) {
        page =
            new Page(
                403,
                "text/plain; charset=utf-8",
                "only "
                    + String.join(" and ", new TreeSet<>(open))
                    + " are shown to other machines; see the rest on this one, or by kubectl"
                    + " port-forward\n");
      } else if (handler != null) {
        page = handler.handle(query(exchange.getRequestURI().getRawQuery()));
      } else if (path.equals("/") || path.equals("/debug")) {
        page = Page.text(index());
      } else {
        page = Page.notFound("no page " + path + "\n\n" + index());
      }
      send(exchange, page);
    }
  }

  private static void send(HttpExchange exchange, Page page) throws IOException {
    byte[] body = page.body().getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("content-type", page.contentType());
    exchange.getResponseHeaders().set("x-content-type-options", "nosniff");
    exchange.getResponseHeaders().set("cache-control", "no-cache");
    boolean head = exchange.getRequestMethod().equals("HEAD");
    exchange.sendResponseHeaders(page.status(), head || body.length == 0 ? -1 : body.length);
    if (!head && body.length > 0) {
      try (OutputStream out = exchange.getResponseBody()) {
        out.write(body);
      }
    }
  }

  private String index() {
    StringBuilder out = new StringBuilder("Outrigger control plane\n\n");
    titles.forEach((path, title) -> out.append(String.format("%-28s %s%n", path, title)));
    return out.toString();
  }

  private static Map<String, String> query(@org.jspecify.annotations.Nullable String raw) {
    Map<String, String> out = new LinkedHashMap<>();
    if (raw != null) {
      for (String pair : raw.split("&", -1)) {
        int equals = pair.indexOf('=');
        String key = equals < 0 ? pair : pair.substring(0, equals);
        String value = equals < 0 ? "" : pair.substring(equals + 1);
        out.put(
            URLDecoder.decode(key, StandardCharsets.UTF_8),
            URLDecoder.decode(value, StandardCharsets.UTF_8));
      }
    }
    return out;
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
