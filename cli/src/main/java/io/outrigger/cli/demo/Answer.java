package io.outrigger.cli.demo;

import java.net.http.HttpHeaders;

/**
 * What came back for one request.
 *
 * @param status 0: nothing came, {@code body} says why
 * @param millis from the request to the answer's end
 */
record Answer(int status, String body, HttpHeaders headers, long millis) {
  /** A header's first value; empty: it isn't there. */
  String header(String name) {
    return headers.firstValue(name).orElse("");
  }

  boolean ok() {
    return status == 200;
  }

  /** Whether the page shows that version of the reviews. */
  boolean shows(String version) {
    return body.contains("reviews " + version + ":");
  }

  @Override
  public String toString() {
    return status + " " + body.strip();
  }
}
