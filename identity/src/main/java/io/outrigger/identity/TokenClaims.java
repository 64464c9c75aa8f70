package io.outrigger.identity;

import java.time.Instant;

/**
 * What a service token says, in the claims that Kubernetes uses for service account tokens.
 *
 * @param subject {@code system:serviceaccount:NAMESPACE:SERVICE_ACCOUNT}
 * @param once whether the token is good for one certificate only
 */
record TokenClaims(
    String subject, String audience, Instant issued, Instant expires, String id, boolean once) {
  static final String SUBJECT_PREFIX = "system:serviceaccount:";

  String json() {
    return "{\"iss\":\"outrigger\",\"sub\":\""
        + subject
        + "\",\"aud\":[\""
        + audience
        + "\"],\"iat\":"
        + issued.getEpochSecond()
        + ",\"exp\":"
        + expires.getEpochSecond()
        + ",\"jti\":\""
        + id
        + "\""
        + (once ? ",\"once\":true" : "")
        + "}";
  }

  /**
   * Reads claims that were signed by us, so they have the form that {@link #json} gives.
   *
   * @throws IllegalArgumentException if a claim is missing or of another form
   */
  static TokenClaims parse(String json) {
    return new TokenClaims(
        text(json, "\"sub\":\""),
        text(json, "\"aud\":[\""),
        Instant.ofEpochSecond(number(json, "\"iat\":")),
        Instant.ofEpochSecond(number(json, "\"exp\":")),
        text(json, "\"jti\":\""),
        json.contains(",\"once\":true"));
  }

  private static String text(String json, String start) {
    int from = json.indexOf(start);
    int to = from < 0 ? -1 : json.indexOf('"', from + start.length());
    if (to < 0) {
      throw new IllegalArgumentException("has no " + start);
    }
    return json.substring(from + start.length(), to);
  }

  private static long number(String json, String start) {
    int from = json.indexOf(start);
    int to = from + start.length();
    while (from >= 0 && to < json.length() && Character.isDigit(json.charAt(to))) {
      to++;
    }
    if (from < 0 || to == from + start.length()) {
      throw new IllegalArgumentException("has no " + start);
    }
    return Long.parseLong(json.substring(from + start.length(), to));
  }
}
