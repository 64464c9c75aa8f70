package io.outrigger.proxy;

import io.netty.channel.unix.FileDescriptor;
import io.outrigger.config.address.Address;
import io.outrigger.config.bootstrap.BootstrapConfig.AdminConfig;
import io.outrigger.proxy.address.SocketAddresses;
import io.outrigger.proxy.admin.AdminPages;
import io.outrigger.proxy.admin.AdminServer;
import io.outrigger.proxy.restart.InheritedSockets;
import io.outrigger.proxy.worker.Transport;
import io.outrigger.proxy.worker.Worker;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The admin server of a proxy, if there is to be one, and its socket's way between processes. */
final class AdminPort {
  private final @Nullable Address wanted;
  private final @Nullable AdminServer server;

  /** Without a configuration there is no server, and nobody asks for the pages. */
  AdminPort(
      Worker main, Transport transport, @Nullable AdminConfig config, Supplier<AdminPages> pages) {
    wanted = config == null ? null : config.address();
    server =
        config == null ? null : new AdminServer(main, transport, pages.get(), Clock.systemUTC());
  }

  /**
   * Begins to listen. Not on the configuration loop.
   *
   * @param inherited another process's sockets
   * @param addressPath a file that the address is written to
   */
  void bind(@Nullable InheritedSockets inherited, @Nullable String addressPath)
      throws StartException {
    if (server == null || wanted == null) {
      return;
    }
    if (!(wanted instanceof Address.Ip ip)) {
      throw new StartException("admin.address: " + wanted + " is no IP address");
    }
    try {
      server.bind(
          new InetSocketAddress(ip.address(), ip.port()),
          inherited == null ? List.of() : inherited.take(InheritedSockets.ADMIN + ' ' + ip));
      InetSocketAddress bound = server.address();
      if (addressPath != null && bound != null) {
        Files.writeString(Path.of(addressPath), SocketAddresses.text(bound));
      }
    } catch (IOException e) {
      throw new StartException(String.valueOf(e.getMessage()));
    }
  }

  /** Where it listens, or null if there is none. */
  @Nullable InetSocketAddress address() {
    return server == null ? null : server.address();
  }

  /** Its socket, for another process that asks for this key. */
  List<FileDescriptor> share(String key) {
    return server != null && wanted != null && key.endsWith(' ' + wanted.toString())
        ? server.descriptors()
        : List.of();
  }

  /** Takes connections from an inherited socket. */
  void accept() {
    if (server != null) {
      server.accept();
    }
  }

  /** Takes no more: another process does. */
  void letGo() {
    if (server != null) {
      server.letGo();
    }
  }

  void close() {
    if (server != null) {
      server.close();
    }
  }
}
