package io.outrigger.proxy.listener;

import io.outrigger.proxy.address.SocketAddresses;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * Both ends of a client's connection: the socket's own ("direct"), and those that PROXY headers and
 * redirects tell. Texts are made once, when first asked for. Owned by the connection's worker.
 */
public final class ConnectionAddresses {
  private final SocketAddress directRemote;
  private final SocketAddress directLocal;
  private SocketAddress remote;
  private SocketAddress local;
  private boolean localRestored;
  private @Nullable String remoteText;
  private @Nullable String localText;
  private @Nullable String directRemoteText;
  private @Nullable String directLocalText;

  ConnectionAddresses(SocketAddress remote, SocketAddress local) {
    this.directRemote = remote;
    this.directLocal = local;
    this.remote = remote;
    this.local = local;
  }

  /** The client: the socket's peer, or what a PROXY header named. */
  public SocketAddress remote() {
    return remote;
  }

  public String remoteText() {
    String text = remoteText;
    if (text == null) {
      text = SocketAddresses.text(remote);
      remoteText = text;
    }
    return text;
  }

  /** The socket's peer. */
  public SocketAddress directRemote() {
    return directRemote;
  }

  public String directRemoteText() {
    String text = directRemoteText;
    if (text == null) {
      text = remote.equals(directRemote) ? remoteText() : SocketAddresses.text(directRemote);
      directRemoteText = text;
    }
    return text;
  }

  /** Where the client wanted to go: the socket's own address, or the restored destination. */
  public SocketAddress local() {
    return local;
  }

  public String localText() {
    String text = localText;
    if (text == null) {
      text = SocketAddresses.text(local);
      localText = text;
    }
    return text;
  }

  /** The socket's own address. */
  public SocketAddress directLocal() {
    return directLocal;
  }

  public String directLocalText() {
    String text = directLocalText;
    if (text == null) {
      text = local.equals(directLocal) ? localText() : SocketAddresses.text(directLocal);
      directLocalText = text;
    }
    return text;
  }

  /** The destination before a redirect, if the original_dst filter or a PROXY header gave one. */
  public @Nullable SocketAddress originalDestination() {
    return localRestored ? local : null;
  }

  void restoreLocal(SocketAddress destination) {
    local = destination;
    localRestored = true;
    localText = null;
    directLocalText = null;
  }

  void remote(SocketAddress source) {
    remote = source;
    remoteText = null;
    directRemoteText = null;
  }
}
