package io.outrigger.proxy.extauthz;

import com.google.protobuf.Struct;
import io.outrigger.proxy.http.HeaderChange;
import java.util.List;
import java.util.Map;

/**
 * What an authorization service said, whichever way it was asked.
 *
 * @param status of the reply to the client; 0: the filter's own
 * @param body of the reply to the client
 * @param request changes of the request's headers
 * @param response changes of the headers that the client gets, with a denial or the response
 * @param invalid whether a change had an action that isn't one
 */
record CheckAnswer(
    Kind kind,
    int status,
    String body,
    List<HeaderChange> request,
    List<String> removed,
    List<HeaderChange> response,
    List<Map.Entry<String, String>> querySet,
    List<String> queryRemoved,
    Struct metadata,
    boolean invalid) {
  /** The verdicts. */
  enum Kind {
    OK,
    DENIED,
    ERROR
  }

  static final CheckAnswer ERROR = of(Kind.ERROR, 0, "", List.of());

  static CheckAnswer of(Kind kind, int status, String body, List<HeaderChange> response) {
    return new CheckAnswer(
        kind,
        status,
        body,
        List.of(),
        List.of(),
        response,
        List.of(),
        List.of(),
        Struct.getDefaultInstance(),
        false);
  }

  boolean changesRequest() {
    return !request.isEmpty()
        || !removed.isEmpty()
        || !querySet.isEmpty()
        || !queryRemoved.isEmpty();
  }
}
