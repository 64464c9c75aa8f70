package io.outrigger.config.route;

import com.google.protobuf.Value;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a route match may ask of a request besides its headers. */
public interface RouteContext {
  /** A random number that stays the same for the request. */
  long random();

  /** What the filters before have noted of the request; null where there is nothing. */
  default @Nullable Value dynamicMetadata(String namespace, List<String> path) {
    return null;
  }

  /** What filters have noted under a key, of the request or else its connection. */
  default @Nullable Value filterState(String key) {
    return null;
  }

  /** Whether the client presented a certificate. */
  default boolean peerCertificatePresented() {
    return false;
  }

  /** Whether the client's certificate was validated. */
  default boolean peerCertificateValidated() {
    return false;
  }
}
