package io.outrigger.proxy.http;

import io.outrigger.config.http.FieldSyntax;
import io.outrigger.config.http.HeaderName;
import io.outrigger.config.http.Headers;
import io.outrigger.config.http.SingleFields;

/** One change of a header that an external service asked for; the name is in lower case. */
public record HeaderChange(String name, String value, Action action) {
  /** What a change does with a header of the name that is there. */
  public enum Action {
    ADD,
    ADD_IF_ABSENT,
    SET,
    SET_IF_EXISTS,
    /** Joins the values by a comma, where there is one. */
    JOIN_IF_EXISTS
  }

  /**
   * Whether the name is a token (or a pseudo-header's), and the value has no control characters.
   */
  public boolean isValid() {
    return FieldSyntax.isName(name) && FieldSyntax.isValue(value);
  }

  /** Makes the change; one that isn't valid would end up as something else than a header. */
  public void apply(Headers headers) {
    if (!isValid()) {
      return;
    }
    boolean pseudo = name.charAt(0) == ':' || name.equals("host");
    HeaderName known = name.equals("host") ? HeaderName.AUTHORITY : HeaderName.of(name);
    switch (action) {
      case ADD -> {
        if (pseudo) {
          headers.set(known, value);
        } else {
          SingleFields.append(headers, known, value);
        }
      }
      case SET -> headers.set(known, value);
      case ADD_IF_ABSENT -> {
        if (!headers.contains(known)) {
          headers.add(known, value);
        }
      }
      case SET_IF_EXISTS -> {
        if (headers.contains(known)) {
          headers.set(known, value);
        }
      }
      case JOIN_IF_EXISTS -> {
        int slot = headers.find(known);
        if (slot >= 0) {
          headers.set(known, headers.value(slot) + "," + value);
        }
      }
    }
  }
}
