package io.outrigger.proxy.listener;

import io.outrigger.proxy.worker.Worker;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A worker's listeners by address: where a connection goes when its destination was restored. */
final class WorkerListeners {
  private static final InetAddress ANY_4;
  private static final InetAddress ANY_6;

  static {
    try {
      ANY_4 = InetAddress.getByAddress(new byte[4]);
      ANY_6 = InetAddress.getByAddress(new byte[16]);
    } catch (UnknownHostException e) {
      throw new IllegalStateException("four and sixteen bytes are addresses", e);
    }
  }

  private final Worker worker;
  private final Map<SocketAddress, WorkerListener> byAddress = new HashMap<>();

  WorkerListeners(Worker worker) {
    this.worker = worker;
  }

  Worker worker() {
    return worker;
  }

  void add(SocketAddress address, WorkerListener listener) {
    assert worker.inLoop();
    byAddress.put(address, listener);
  }

  /** Removes what is there under this address, if it is this listener. */
  void remove(SocketAddress address, WorkerListener listener) {
    assert worker.inLoop();
    byAddress.remove(address, listener);
  }

  /** The listener of exactly this address, else of the same port on any address, else null. */
  @Nullable WorkerListener find(SocketAddress destination) {
    WorkerListener exact = byAddress.get(destination);
    if (exact != null || !(destination instanceof InetSocketAddress inet)) {
      return exact;
    }
    boolean six = inet.getAddress() instanceof Inet6Address;
    WorkerListener any = byAddress.get(new InetSocketAddress(six ? ANY_6 : ANY_4, inet.getPort()));
    // a listener on [::] takes IPv4 too, as its socket would
    return any != null || six ? any : byAddress.get(new InetSocketAddress(ANY_6, inet.getPort()));
  }
}
