package io.outrigger.proxy.pool;

import io.outrigger.proxy.cluster.OriginalSource;
import org.jspecify.annotations.Nullable;

/**
 * What a connection tells the host of one client, or of its requests: one that tells of a client
 * carries nothing of another's.
 */
final class Introduction {
  private static final Introduction NONE = new Introduction(null, null, null);

  /** The SNI instead of the configured one, or null. */
  final @Nullable String serverName;

  /** Bytes that come before all else, TLS too, or null. */
  final byte @Nullable [] preface;

  /** The address that it comes from instead of the cluster's, or null. */
  final @Nullable OriginalSource source;

  private Introduction(
      @Nullable String serverName, byte @Nullable [] preface, @Nullable OriginalSource source) {
    this.serverName = serverName;
    this.preface = preface;
    this.source = source;
  }

  static Introduction of(
      @Nullable String serverName, byte @Nullable [] preface, @Nullable OriginalSource source) {
    return serverName == null && preface == null && source == null
        ? NONE
        : new Introduction(serverName, preface, source);
  }
}
