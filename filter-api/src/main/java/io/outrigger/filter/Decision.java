package io.outrigger.filter;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What a filter decides about a request: it goes on, or is answered here. Immutable. */
public final class Decision {
  private static final Decision PROCEED = new Decision(0, "", List.of());

  private final int status;
  private final String body;
  private final List<Map.Entry<String, String>> headers;

  private Decision(int status, String body, List<Map.Entry<String, String>> headers) {
    this.status = status;
    this.body = body;
    this.headers = headers;
  }

  /** The request goes on. */
  public static Decision proceed() {
    return PROCEED;
  }

  /**
   * The request is answered, and goes no further. gRPC callers get the status in trailers, as from
   * the proxy itself.
   *
   * @param status 200 to 599
   * @param body text; may be empty
   */
  public static Decision reply(int status, String body) {
    if (status < 200 || status > 599) {
      throw new IllegalArgumentException("status " + status + "; 200 to 599 are allowed");
    }
    return new Decision(status, body, List.of());
  }

  /** The same reply with one more header. */
  public Decision withHeader(String name, String value) {
    List<Map.Entry<String, String>> more = new ArrayList<>(headers);
    more.add(Map.entry(name, value));
    return new Decision(status, body, List.copyOf(more));
  }

  public boolean proceeds() {
    return status == 0;
  }

  /** 0 if the request goes on. */
  public int status() {
    return status;
  }

  public String body() {
    return body;
  }

  public List<Map.Entry<String, String>> headers() {
    return headers;
  }
}
