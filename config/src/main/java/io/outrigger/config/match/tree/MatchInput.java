package io.outrigger.config.match.tree;

import io.outrigger.config.cel.AttributeSource;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/** What a matcher looks at. */
@FunctionalInterface
public interface MatchInput<C> {
  /** Null: there is nothing to look at, and nothing matches. */
  @Nullable String text(C context);

  /** The address that it is; null: it is none. */
  default @Nullable InetAddress address(C context) {
    return null;
  }

  /** Whether it is an address, which IP matchers can look at. */
  default boolean isAddress() {
    return false;
  }

  /** What expressions ask; null: they can't ask it. */
  default @Nullable AttributeSource attributes(C context) {
    return null;
  }

  /** Whether it is what expressions ask. */
  default boolean isAttributes() {
    return false;
  }
}
