package io.outrigger.proxy.admin;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A request to the admin server.
 *
 * @param local whether it came over loopback
 */
public record AdminRequest(String method, String path, Map<String, String> query, boolean local) {
  /** {@code target} is an origin-form request target: path and query. */
  static AdminRequest of(String method, String target, boolean local) {
    int mark = target.indexOf('?');
    String path = mark < 0 ? target : target.substring(0, mark);
    Map<String, String> query = new LinkedHashMap<>();
    if (mark >= 0) {
      for (String pair : target.substring(mark + 1).split("&", -1)) {
        int equals = pair.indexOf('=');
        if (!pair.isEmpty()) {
          String name = equals < 0 ? pair : pair.substring(0, equals);
          query.put(decode(name), equals < 0 ? "" : decode(pair.substring(equals + 1)));
        }
      }
    }
    return new AdminRequest(method, path, query, local);
  }

  boolean isPost() {
    return method.equals("POST");
  }

  boolean has(String name) {
    return query.containsKey(name);
  }

  @Nullable String value(String name) {
    return query.get(name);
  }

  boolean isJson() {
    return "json".equals(query.get("format"));
  }

  private static String decode(String text) {
    try {
      return URLDecoder.decode(text, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      return text; // a bad escape stays as it is, as in Envoy
    }
  }
}
