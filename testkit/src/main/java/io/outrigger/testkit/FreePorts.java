package io.outrigger.testkit;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;

/** Finds ports of loopback that nobody listens on, for processes that must be told theirs. */
public final class FreePorts {
  private static final int FIRST = 10_240;
  private static final int COUNT = 20_000;
  private static final AtomicInteger next =
      new AtomicInteger(ThreadLocalRandom.current().nextInt(COUNT));

  /**
   * That many, all different. They are below those that the kernel gives to clients (32768 and up),
   * so that no connection takes one away before its process binds it.
   */
  public static List<Integer> find(int count) throws IOException {
    List<Integer> ports = new ArrayList<>();
    for (int tries = 0; ports.size() < count; tries++) {
      if (tries > COUNT) {
        throw new IOException("no free ports from " + FIRST + " to " + (FIRST + COUNT - 1));
      }
      int port = FIRST + Math.floorMod(next.getAndIncrement(), COUNT);
      try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
        ports.add(socket.getLocalPort());
      } catch (BindException taken) {
        continue;
      }
    }
    return ports;
  }

  private FreePorts() {}
}
