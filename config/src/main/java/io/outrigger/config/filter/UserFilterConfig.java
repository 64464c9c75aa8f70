package io.outrigger.config.filter;

import java.util.Map;

/**
 * A filter of a user's own, by the type that its jar gives.
 *
 * @param fields its configuration: texts, numbers (Double), booleans, lists and maps of these
 * @param budgetNanos how long one call may take
 * @param strikes how many calls may fail or take longer within a minute before it is switched off
 * @param failOpen whether requests pass where the filter fails or is off; else they get a 500
 */
public record UserFilterConfig(
    String type, Map<String, Object> fields, long budgetNanos, int strikes, boolean failOpen)
    implements FilterConfig {
  public UserFilterConfig {
    fields = Map.copyOf(fields);
  }
}
