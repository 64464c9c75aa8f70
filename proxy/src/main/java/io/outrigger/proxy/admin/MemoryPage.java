package io.outrigger.proxy.admin;

import io.netty.util.internal.PlatformDependent;
import io.outrigger.api.schema.JsonWriter;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryUsage;

/**
 * {@code /memory}: Envoy's fields, and where a JVM's memory is. What counts the parts is loaded
 * when the page is first asked for.
 */
final class MemoryPage {
  private MemoryPage() {}

  static AdminReply show() {
    Runtime runtime = Runtime.getRuntime();
    JsonWriter out = new JsonWriter(true);
    out.beginObject();
    bytes(out, "allocated", runtime.totalMemory() - runtime.freeMemory());
    bytes(out, "heap_size", runtime.totalMemory());
    bytes(out, "pageheap_unmapped", 0);
    bytes(out, "pageheap_free", runtime.freeMemory());
    bytes(out, "total_thread_cache", 0);
    bytes(out, "total_physical_bytes", ResidentMemory.bytes());
    out.name("jvm").beginObject();
    bytes(out, "heap_used", runtime.totalMemory() - runtime.freeMemory());
    bytes(out, "heap_committed", runtime.totalMemory());
    bytes(out, "heap_max", runtime.maxMemory());
    bytes(out, "direct", Math.max(0, PlatformDependent.usedDirectMemory()));
    long metaspace = 0;
    long code = 0;
    for (MemoryPoolMXBean pool : ManagementFactory.getMemoryPoolMXBeans()) {
      MemoryUsage usage = pool.getUsage();
      if (pool.getName().startsWith("Code")) {
        code += usage.getCommitted();
      } else if (pool.getName().equals("Metaspace")) {
        metaspace += usage.getCommitted(); // with compressed classes in it
      }
    }
    bytes(out, "metaspace", metaspace);
    bytes(out, "code", code);
    out.endObject();
    out.endObject();
    return AdminReply.json(out + "\n");
  }

  private static void bytes(JsonWriter out, String name, long value) {
    out.name(name).value(Long.toString(value));
  }
}
