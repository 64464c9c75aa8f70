package io.outrigger.proxy.restart;

import io.netty.channel.unix.FileDescriptor;
import java.io.IOException;
import java.util.List;

/** Sockets that another process has bound. */
@FunctionalInterface
public interface InheritedSockets {
  /** The key of the admin server's socket. */
  String ADMIN = "admin";

  /**
   * Those that listen on this address as it is configured; empty if none does. They are this
   * process's own from then on: to be used, or closed.
   */
  List<FileDescriptor> take(String key) throws IOException;
}
