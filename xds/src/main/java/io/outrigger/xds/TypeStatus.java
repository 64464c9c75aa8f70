package io.outrigger.xds;

import org.jspecify.annotations.Nullable;

/**
 * Where a client stands with one type of resource.
 *
 * @param subscribed how many names it asked for
 * @param wildcard whether it asked for everything
 * @param sent how many resources it was sent and should hold
 * @param sentVersion the snapshot's version of the last response; empty when nothing was sent
 * @param ackedVersion the last version that it accepted
 * @param nack what it said against the last response; null when it accepted or hasn't answered
 */
public record TypeStatus(
    ResourceType type,
    State state,
    int subscribed,
    boolean wildcard,
    int sent,
    String sentVersion,
    String ackedVersion,
    @Nullable String nack) {
  /** In the words of {@code istioctl proxy-status}. */
  public enum State {
    /** The client never asked for the type. */
    IGNORED,
    NOT_SENT,
    /** Sent and accepted. */
    SYNCED,
    /** Sent, and not answered yet; or something newer waits to be sent. */
    STALE,
    /** The last response was refused. */
    REJECTED
  }
}
