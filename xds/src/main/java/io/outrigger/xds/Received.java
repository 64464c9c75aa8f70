package io.outrigger.xds;

/** What a request said to the server, beside what it subscribed to. */
public sealed interface Received {
  /** The client wants something, and answers nothing. */
  record Subscribed(ResourceType type) implements Received {}

  /** The client took what was sent under this version. */
  record Acked(ResourceType type, String version) implements Received {}

  /** The client refused some of what was sent under this version. */
  record Nacked(ResourceType type, String version, String message) implements Received {}

  /** An answer to something that newer messages have overtaken; it was ignored. */
  record Stale(ResourceType type, String nonce) implements Received {}

  /** A type that isn't spoken here; it was ignored. */
  record UnknownType(String typeUrl) implements Received {}
}
