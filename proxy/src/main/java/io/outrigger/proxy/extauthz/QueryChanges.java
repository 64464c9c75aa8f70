package io.outrigger.proxy.extauthz;

import io.outrigger.config.http.HeaderName;
import io.outrigger.config.http.Headers;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Sets and removes parameters of a request's query, which is put together anew, by name. */
final class QueryChanges {
  private QueryChanges() {}

  static void apply(CheckAnswer answer, Headers headers) {
    String path = headers.value(HeaderName.PATH);
    if (path == null || (answer.querySet().isEmpty() && answer.queryRemoved().isEmpty())) {
      return;
    }
    int mark = path.indexOf('?');
    Map<String, String> parameters = new TreeMap<>();
    if (mark >= 0) {
      for (String part : path.substring(mark + 1).split("&", -1)) {
        int equals = part.indexOf('=');
        String name = equals < 0 ? part : part.substring(0, equals);
        if (!part.isEmpty()) {
          parameters.putIfAbsent(name, equals < 0 ? "" : part.substring(equals + 1));
        }
      }
    }
    for (Map.Entry<String, String> set : answer.querySet()) {
      parameters.put(set.getKey(), set.getValue());
    }
    List<String> removed = answer.queryRemoved();
    removed.forEach(parameters::remove);
    StringBuilder out = new StringBuilder(mark < 0 ? path : path.substring(0, mark));
    char before = '?';
    for (Map.Entry<String, String> each : parameters.entrySet()) {
      out.append(before).append(each.getKey()).append('=').append(each.getValue());
      before = '&';
    }
    headers.set(HeaderName.PATH, out.toString());
  }
}
