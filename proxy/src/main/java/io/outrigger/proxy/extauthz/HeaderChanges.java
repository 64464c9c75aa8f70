package io.outrigger.proxy.extauthz;

import io.outrigger.config.http.HeaderName;
import io.outrigger.config.http.Headers;
import io.outrigger.config.route.HeaderMutationRules;
import io.outrigger.proxy.http.HeaderChange;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes the changes of headers that a service asked for. */
final class HeaderChanges {
  private HeaderChanges() {}

  /** Whether all names and values can be headers'. */
  static boolean areValid(List<HeaderChange> changes) {
    for (HeaderChange change : changes) {
      if (!change.isValid()) {
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
    for (HeaderChange change : answer.request()) {
      if (rules == null || rules.allows(change.name(), false)) {
        change.apply(headers);
      } else if (rules.disallowIsError()) {
        return false;
      }
    }
    for (String name : answer.removed()) {
      boolean removable = !name.isEmpty() && name.charAt(0) != ':' && !name.equals("host");
      if (removable && (rules == null || rules.allows(name, true))) {
        headers.remove(HeaderName.of(name));
      } else if (removable && rules != null && rules.disallowIsError()) {
        return false;
      }
    }
    return true;
  }

  static void apply(List<HeaderChange> changes, Headers headers) {
    for (HeaderChange change : changes) {
      change.apply(headers);
    }
  }

  /** The headers of a denial: those of a name that it has replace what was there. */
  static void denial(List<HeaderChange> changes, Headers headers) {
    for (HeaderChange change : changes) {
      if (change.isValid() && change.name().charAt(0) != ':') {
        headers.remove(HeaderName.of(change.name()));
      }
    }
    for (HeaderChange change : changes) {
      boolean joins = change.action() == HeaderChange.Action.JOIN_IF_EXISTS;
      if (!joins && change.isValid() && change.name().charAt(0) != ':') {
        headers.add(change.name(), change.value());
      }
    }
  }
}
