package io.outrigger.control.apiserver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.fabric8.zjsonpatch.JsonPatch;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/**
 * As much of an API server as the keepers of a few objects need: it stores what it is given, lists
 * by name, and tells watches of changes. It asks nobody who they are.
 */
final class FakeApiServer implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** What a path and its query name; empty for all. */
  private record Target(String plural, String namespace, String name) {
    boolean covers(Target object) {
      return plural.equals(object.plural)
          && (namespace.isEmpty() || namespace.equals(object.namespace))
          && (name.isEmpty() || name.equals(object.name));
    }
  }

  private record Event(long version, String type, Target target, JsonNode object) {}

  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Map<String, Event> objects = new TreeMap<>();
  private final List<Event> events = new ArrayList<>();
  private boolean closed;

  FakeApiServer() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 100);
    server.createContext("/", this::serve);
    server.setExecutor(threads);
    server.start();
  }

  KubernetesClient client() {
    Config config =
        new ConfigBuilder(Config.empty())
            .withMasterUrl("http://127.0.0.1:" + server.getAddress().getPort())
            .withOnlyHttpWatches(true)
            .build();
    return new KubernetesClientBuilder().withConfig(config).build();
  }

  /** Stores it as if somebody had. */
  void put(String plural, HasMetadata object) throws IOException {
    String namespace = object.getMetadata().getNamespace();
    Target target =
        new Target(plural, namespace == null ? "" : namespace, object.getMetadata().getName());
    store(target, (ObjectNode) JSON.readTree(Serialization.asJson(object)));
  }

  synchronized void delete(String plural, String namespace, String name) {
    Event last = objects.remove(new Target(plural, namespace, name).toString());
    if (last != null) {
      tell(new Event(events.size() + 1, "DELETED", last.target(), last.object()));
    }
  }

  private synchronized JsonNode store(Target target, ObjectNode object) {
    long version = events.size() + 1;
    ObjectNode metadata = object.withObject("/metadata");
    metadata.put("resourceVersion", Long.toString(version));
    metadata.put("uid", target.toString());
    // as an API server does with a Secret's
    if (object.remove("stringData") instanceof ObjectNode plain) {
      ObjectNode data = object.withObject("/data");
      plain
          .properties()
          .forEach(
              entry ->
                  data.put(
                      entry.getKey(), entry.getValue().asText().getBytes(StandardCharsets.UTF_8)));
    }
    boolean there = objects.containsKey(target.toString());
    Event event = new Event(version, there ? "MODIFIED" : "ADDED", target, object);
    objects.put(target.toString(), event);
    tell(event);
    return object;
  }

  private synchronized void tell(Event event) {
    events.add(event);
    notifyAll();
  }

  private void serve(HttpExchange exchange) throws IOException {
    try (exchange) {
      Map<String, String> query = query(exchange.getRequestURI());
      Target target = target(exchange.getRequestURI().getPath(), query);
      if ("true".equals(query.get("watch"))) {
        watch(exchange, target, Long.parseLong(query.getOrDefault("resourceVersion", "0")));
        return;
      }
      byte[] body = exchange.getRequestBody().readAllBytes();
      boolean one = !target.name().isEmpty() && !query.containsKey("fieldSelector");
      switch (exchange.getRequestMethod()) {
        case "GET" -> answer(exchange, one ? get(target) : list(target));
        case "POST" -> create(exchange, target, (ObjectNode) JSON.readTree(body));
        case "PATCH" -> patch(exchange, target, JSON.readTree(body));
        default -> exchange.sendResponseHeaders(405, -1);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized @Nullable JsonNode get(Target target) {
    Event found = objects.get(target.toString());
    return found == null ? null : found.object();
  }

  private synchronized JsonNode list(Target target) {
    ObjectNode list = JSON.createObjectNode().put("kind", "List").put("apiVersion", "v1");
    list.withObject("/metadata").put("resourceVersion", Integer.toString(events.size()));
    ArrayNode items = list.putArray("items");
    objects.values().stream()
        .filter(event -> target.covers(event.target()))
        .forEach(event -> items.add(event.object()));
    return list;
  }

  private void create(HttpExchange exchange, Target target, ObjectNode object) throws IOException {
    Target named =
        new Target(target.plural(), target.namespace(), object.at("/metadata/name").asText());
    JsonNode created;
    synchronized (this) {
      created = get(named) == null ? store(named, object) : null;
    }
    if (created == null) {
      exchange.sendResponseHeaders(409, -1);
    } else {
      answer(exchange, created);
    }
  }

  private void patch(HttpExchange exchange, Target target, JsonNode patch) throws IOException {
    JsonNode changed;
    synchronized (this) {
      JsonNode before = get(target);
      if (patch.isArray()) {
        changed =
            before == null
                ? null
                : store(target, (ObjectNode) JsonPatch.apply(patch, before.deepCopy()));
      } else {
        changed = store(target, (ObjectNode) patch); // applied: it is all of the object
      }
    }
    answer(exchange, changed);
  }

  private static void answer(HttpExchange exchange, @Nullable JsonNode object) throws IOException {
    if (object == null) {
      exchange.sendResponseHeaders(404, -1);
      return;
    }
    byte[] body = JSON.writeValueAsBytes(object);
    exchange.getResponseHeaders().set("content-type", "application/json");
    exchange.sendResponseHeaders(200, body.length);
    exchange.getResponseBody().write(body);
  }

  private void watch(HttpExchange exchange, Target target, long from)
      throws IOException, InterruptedException {
    exchange.getResponseHeaders().set("content-type", "application/json");
    exchange.sendResponseHeaders(200, 0);
    OutputStream out = exchange.getResponseBody();
    out.flush();
    for (Event event = next(from); event != null; event = next(event.version())) {
      if (target.covers(event.target())) {
        ObjectNode told = JSON.createObjectNode().put("type", event.type());
        told.set("object", event.object());
        out.write((told + "\n").getBytes(StandardCharsets.UTF_8));
        out.flush();
      }
    }
  }

  /** The event after that version, when it comes; null at the end. */
  private synchronized @Nullable Event next(long version) throws InterruptedException {
    while (!closed && events.size() <= version) {
      wait();
    }
    return closed ? null : events.get((int) version);
  }

  private static Target target(String path, Map<String, String> query) {
    List<String> parts = new ArrayList<>(List.of(path.substring(1).split("/")));
    parts.subList(0, parts.getFirst().equals("api") ? 2 : 3).clear();
    String namespace = "";
    if (parts.size() > 2) {
      namespace = parts.get(1);
      parts.subList(0, 2).clear();
    }
    String selected = query.getOrDefault("fieldSelector", "").replaceFirst("^metadata.name=", "");
    return new Target(parts.get(0), namespace, parts.size() > 1 ? parts.get(1) : selected);
  }

  private static Map<String, String> query(URI uri) {
    Map<String, String> query = new TreeMap<>();
    if (uri.getQuery() != null) {
      for (String part : uri.getQuery().split("&")) {
        int equals = part.indexOf('=');
        query.put(part.substring(0, equals), part.substring(equals + 1));
      }
    }
    return query;
  }

  @Override
  public void close() {
    synchronized (this) {
      closed = true;
      notifyAll();
    }
    server.stop(0);
    threads.shutdownNow();
  }
}
