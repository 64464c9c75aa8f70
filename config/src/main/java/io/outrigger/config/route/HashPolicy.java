package io.outrigger.config.route;

import io.outrigger.config.http.HeaderName;
import io.outrigger.config.match.RegexSubstitution;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a request's hash for ring hash and maglev is made of. */
public sealed interface HashPolicy {
  /** Whether later policies are skipped once this one gave a hash. */
  boolean terminal();

  /** A header's value, perhaps rewritten first. */
  record Header(HeaderName name, @Nullable RegexSubstitution regexRewrite, boolean terminal)
      implements HashPolicy {}

  /** A cookie; {@code ttlSeconds} >= 0: made if it is missing, 0 as a session cookie. */
  record Cookie(
      String name, long ttlSeconds, String path, List<CookieAttribute> attributes, boolean terminal)
      implements HashPolicy {
    public Cookie {
      attributes = List.copyOf(attributes);
    }
  }

  /** An attribute that a cookie made here gets, such as SameSite. */
  record CookieAttribute(String name, String value) {}

  /** The client's IP address. */
  record SourceIp(boolean terminal) implements HashPolicy {}

  /** A query parameter. */
  record QueryParameter(String name, boolean terminal) implements HashPolicy {}

  /** Filter state under a key. */
  record FilterState(String key, boolean terminal) implements HashPolicy {}
}
