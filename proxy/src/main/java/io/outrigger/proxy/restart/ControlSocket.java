package io.outrigger.proxy.restart;

import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** The name under which a line of processes is found, and who may come in by it. */
final class ControlSocket {
  /** The key under which the listening control socket itself is handed over. */
  static final String KEY = "control";

  private final String path;

  ControlSocket(RestartOptions options) {
    this.path = options.socketPath() + "_" + options.baseId();
  }

  boolean isFile() {
    return !path.startsWith("@");
  }

  DomainSocketAddress address() {
    return new DomainSocketAddress(isFile() ? path : "\0" + path.substring(1));
  }

  /** A file that nobody listens on is left from a process that is gone. */
  void removeStale() throws IOException {
    if (isFile()) {
      Files.deleteIfExists(Path.of(path));
    }
  }

  void mode(int mode) throws IOException {
    if (isFile() && mode != 0) {
      StringBuilder text = new StringBuilder("rwxrwxrwx");
      for (int i = 0; i < 9; i++) {
        if ((mode & 0400 >> i) == 0) {
          text.setCharAt(i, '-');
        }
      }
      Files.setPosixFilePermissions(
          Path.of(path), PosixFilePermissions.fromString(text.toString()));
    }
  }

  /**
   * Whether the process at the other end is this user's: anybody may connect to a name in the
   * abstract namespace, and listening sockets are not for anybody.
   */
  static boolean isOwn(EpollDomainSocketChannel channel) {
    try {
      int own = (Integer) Files.getAttribute(Path.of("/proc/self"), "unix:uid");
      return channel.peerCredentials().uid() == own;
    } catch (IOException e) {
      return false;
    }
  }

  @Override
  public String toString() {
    return path;
  }
}
