package io.outrigger.proxy.extauthz;

import io.outrigger.config.http.HeaderName;
import io.outrigger.config.http.Headers;
import io.outrigger.config.route.HeaderMutationRules;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes the changes of headers that a service asked for. */
final class HeaderChanges {
  private HeaderChanges() {}

  /** Whether all names and values can be headers'. */
  static boolean areValid(List<CheckAnswer.Change> changes) {
    for (CheckAnswer.Change change : changes) {
      if (!isValid(change)) {
        return false;
      }
    }
    return true;
  }

  /** A name that is a token (or a pseudo-header's), a value without control characters. */
  static boolean isValid(CheckAnswer.Change change) {
    return isName(change.name()) && isValue(change.value());
  }

  static boolean isName(String name) {
    boolean pseudo = name.startsWith(":");
    for (int i = pseudo ? 1 : 0; i < name.length(); i++) {
      char c = name.charAt(i);
      boolean letter = c >= 'a' && c <= 'z' || c >= '0' && c <= '9';
      if (!letter && "!#$%&'*+-.^_`|~".indexOf(c) < 0) {
        return false;
      }
    }
    return name.length() > (pseudo ? 1 : 0);
  }

  private static boolean isValue(String value) {
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c < ' ' && c != '\t' || c == 0x7f) {
        return false;
      }
    }
    return true;
  }

  /**
   * Changes a request's headers as far as the rules allow; false where a change that they don't is
   * an error.
   */
  static boolean request(CheckAnswer answer, Headers headers, @Nullable HeaderMutationRules rules) {
    for (CheckAnswer.Change change : answer.request()) {
      if (rules == null || rules.allows(change.name(), false)) {
        apply(change, headers);
      } else if (rules.disallowIsError()) {
        return false;
      }
    }
    for (String name : answer.removed()) {
      boolean removable = !name.isEmpty() && name.charAt(0) != ':' && !name.equals("host");
      if (removable && (rules == null || rules.allows(name, true))) {
        headers.remove(HeaderName.of(name));
      } else if (removable && rules.disallowIsError()) {
        return false;
      }
    }
    return true;
  }

  static void apply(List<CheckAnswer.Change> changes, Headers headers) {
    for (CheckAnswer.Change change : changes) {
      apply(change, headers);
    }
  }

  private static void apply(CheckAnswer.Change change, Headers headers) {
    if (!isValid(change)) {
      return; // it would end up as something else than a header
    }
    boolean pseudo = change.name().charAt(0) == ':' || change.name().equals("host");
    HeaderName name =
        change.name().equals("host") ? HeaderName.AUTHORITY : HeaderName.of(change.name());
    switch (change.action()) {
      case ADD -> {
        if (pseudo) {
          headers.set(name, change.value());
        } else {
          headers.add(name, change.value());
        }
      }
      case SET -> headers.set(name, change.value());
      case ADD_IF_ABSENT -> {
        if (!headers.contains(name)) {
          headers.add(name, change.value());
        }
      }
      case SET_IF_EXISTS -> {
        if (headers.contains(name)) {
          headers.set(name, change.value());
        }
      }
      case JOIN_IF_EXISTS -> {
        int slot = headers.find(name);
        if (slot >= 0) {
          headers.set(name, headers.value(slot) + "," + change.value());
        }
      }
    }
  }

  /** The headers of a denial: those of a name that it has replace what was there. */
  static void denial(List<CheckAnswer.Change> changes, Headers headers) {
    for (CheckAnswer.Change change : changes) {
      if (isValid(change) && change.name().charAt(0) != ':') {
        headers.remove(HeaderName.of(change.name()));
      }
    }
    for (CheckAnswer.Change change : changes) {
      boolean joins = change.action() == CheckAnswer.Action.JOIN_IF_EXISTS;
      if (!joins && isValid(change) && change.name().charAt(0) != ':') {
        headers.add(change.name(), change.value());
      }
    }
  }
}
