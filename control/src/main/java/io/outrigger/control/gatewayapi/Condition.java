package io.outrigger.control.gatewayapi;

/**
 * One condition of a resource's status.
 *
 * @param type such as {@code Accepted}
 * @param reason one word, by which programs tell cases apart
 */
public record Condition(String type, boolean holds, String reason, String message) {
  static final String ACCEPTED = "Accepted";
  static final String RESOLVED_REFS = "ResolvedRefs";

  static Condition yes(String type, String reason) {
    return new Condition(type, true, reason, "");
  }

  static Condition no(String type, String reason, String message) {
    return new Condition(type, false, reason, message);
  }
}
