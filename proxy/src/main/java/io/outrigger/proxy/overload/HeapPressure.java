package io.outrigger.proxy.overload;

import io.netty.util.internal.PlatformDependent;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.lang.management.MemoryUsage;

/**
 * How full the memory is: what the last collection left on the heap, with the buffers outside of
 * it, against the configured bytes; or the heap alone against what the JVM was given, if that is
 * nearer. What a collection would free is no pressure.
 */
final class HeapPressure {
  private final long maxBytes;

  HeapPressure(long maxBytes) {
    this.maxBytes = maxBytes;
  }

  double read() {
    long heap = live();
    long buffers = Math.max(0, PlatformDependent.usedDirectMemory());
    return Math.max(
        (double) (heap + buffers) / maxBytes, (double) heap / Runtime.getRuntime().maxMemory());
  }

  private static long live() {
    long live = 0;
    for (MemoryPoolMXBean pool : ManagementFactory.getMemoryPoolMXBeans()) {
      MemoryUsage left = pool.getType() == MemoryType.HEAP ? pool.getCollectionUsage() : null;
      if (left != null) {
        // a pool that was never collected holds what it holds
        live += left.getUsed() > 0 ? left.getUsed() : survivors(pool);
      }
    }
    return live;
  }

  private static long survivors(MemoryPoolMXBean pool) {
    String name = pool.getName();
    return name.contains("Eden") || name.contains("Survivor") ? 0 : pool.getUsage().getUsed();
  }
}
