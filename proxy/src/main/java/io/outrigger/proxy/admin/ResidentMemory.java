package io.outrigger.proxy.admin;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** How much memory the kernel has given this process. */
public final class ResidentMemory {
  private static final Path STATM = Path.of("/proc/self/statm");
  private static final long PAGE = 4096;

  private ResidentMemory() {}

  /** Resident bytes; the heap's size where the kernel doesn't tell as Linux does. */
  public static long bytes() {
    try {
      String[] pages = Files.readString(STATM).split(" ", 3);
      return Long.parseLong(pages[1]) * PAGE;
    } catch (IOException e) {
      return Runtime.getRuntime().totalMemory();
    }
  }
}
