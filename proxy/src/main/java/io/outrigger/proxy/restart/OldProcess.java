package io.outrigger.proxy.restart;

import io.netty.channel.unix.FileDescriptor;
import java.util.List;

/** What a new process may ask of this one. On the configuration loop. */
public interface OldProcess {
  /** The sockets that listen on an address as it is configured; empty if none does. */
  List<FileDescriptor> sockets(String key);

  /** Connections that are open. */
  int connections();

  /**
   * The new process is in force: accept nothing more, write to nothing that both have, ask clients
   * to go, and end after this time.
   */
  void handOver(long endMillis);
}
