package io.outrigger.config.route;

import io.outrigger.config.http.HeaderName;
import io.outrigger.config.match.RegexSubstitution;
import org.jspecify.annotations.Nullable;

/** What a request's hash for ring hash and maglev is made of. */
public sealed interface HashPolicy {
  /** Whether later policies are skipped once this one gave a hash. */
  boolean terminal();

  /** A header's value, perhaps rewritten first. */
  record Header(HeaderName name, @Nullable RegexSubstitution regexRewrite, boolean terminal)
      implements HashPolicy {}

  /**
   * A cookie; {@code ttlSeconds} >= 0: made if it is missing, 0 as a session cookie.
   *
   * @param attributes what a cookie made here gets besides, such as {@code ; SameSite=Lax}
   */
  record Cookie(String name, long ttlSeconds, String path, String attributes, boolean terminal)
      implements HashPolicy {}

  /** The client's IP address. */
  record SourceIp(boolean terminal) implements HashPolicy {}

  /** A query parameter. */
  record QueryParameter(String name, boolean terminal) implements HashPolicy {}

  /** Filter state under a key. */
  record FilterState(String key, boolean terminal) implements HashPolicy {}
}
