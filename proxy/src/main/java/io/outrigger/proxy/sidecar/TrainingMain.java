package io.outrigger.proxy.sidecar;

import io.outrigger.proxy.ProxyMain;
import java.util.Arrays;

/**
 * A proxy and a sidecar in one process, for the ahead-of-time cache: they share one, which is made
 * of what a single process has loaded. The proxy's arguments, {@code --}, the sidecar's.
 */
public final class TrainingMain {
  private TrainingMain() {}

  public static void main(String[] args) {
    int end = Arrays.asList(args).indexOf("--");
    String[] sidecar = Arrays.copyOfRange(args, end + 1, args.length);
    Thread.ofPlatform().daemon().name("sidecar").start(() -> SidecarMain.main(sidecar));
    ProxyMain.main(Arrays.copyOf(args, end));
  }
}
