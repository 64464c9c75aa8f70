package io.outrigger.proxy.listener;

import io.outrigger.proxy.stats.Counter;
import io.outrigger.proxy.stats.Gauge;
import org.jspecify.annotations.Nullable;

/**
 * A connection that a network filter holds until a service has answered: none of its bytes go on,
 * and a client that leaves before takes the question back. On its worker.
 */
public final class HeldConnection {
  private final DownstreamConnection connection;
  private final TerminalFilter next;
  private final Gauge active;
  private final Counter closed;
  private final HeldReads reads;
  private @Nullable Runnable cancel;
  private boolean over;

  /**
   * Holds it from now on.
   *
   * @param next what takes the connection, or refuses it
   * @param active questions that are open
   * @param closed connections that were refused
   */
  public HeldConnection(
      DownstreamConnection connection, TerminalFilter next, Gauge active, Counter closed) {
    this.connection = connection;
    this.next = next;
    this.active = active;
    this.closed = closed;
    active.inc(connection.worker().index());
    this.reads = HeldReads.of(connection, this::onClientGone);
  }

  /** How to take the question back; of no interest when it is answered already. */
  public void asked(Runnable cancel) {
    if (!over) {
      this.cancel = cancel;
    }
  }

  private void onClientGone() {
    Runnable open = cancel;
    if (!over && open != null) {
      answered();
      open.run();
    }
  }

  /** The question is closed; {@link #goOn} or {@link #refuse} follows. */
  public void answered() {
    over = true;
    cancel = null;
    active.dec(connection.worker().index());
  }

  public void goOn() {
    next.start(connection);
    reads.release();
  }

  /**
   * Closes it.
   *
   * @param reason for the access log's local close reason
   */
  public void refuse(String reason) {
    closed.inc(connection.worker().index());
    connection.localCloseReason(reason);
    next.refuse(connection);
    reads.release();
  }
}
