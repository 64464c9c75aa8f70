package io.outrigger.proxy.tls;

import io.outrigger.config.tls.Secret;
import org.jspecify.annotations.Nullable;

/** The secrets that have come so far, from the bootstrap and SDS. */
@FunctionalInterface
public interface SecretSource {
  /** No secrets: for contexts that hold everything themselves. */
  SecretSource NONE = name -> null;

  /** The secret of this name, or null while it hasn't come. */
  @Nullable Secret secret(String name);
}
