package io.outrigger.proxy.extauthz;

import io.outrigger.config.http.HeaderName;
import io.outrigger.config.http.Headers;
import io.outrigger.config.http.QueryParameters;
import java.util.Map;

/** Sets and removes parameters of a request's query, which is put together anew, by name. */
final class QueryChanges {
  private QueryChanges() {}

  static void apply(CheckAnswer answer, Headers headers) {
    String path = headers.value(HeaderName.PATH);
    if (path == null || (answer.querySet().isEmpty() && answer.queryRemoved().isEmpty())) {
      return;
    }
    QueryParameters parameters = QueryParameters.of(path);
    for (Map.Entry<String, String> set : answer.querySet()) {
      parameters.set(set.getKey(), set.getValue());
    }
    for (String removed : answer.queryRemoved()) {
      parameters.remove(removed);
    }
    headers.set(HeaderName.PATH, parameters.replaced(path));
  }
}
