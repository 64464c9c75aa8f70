package io.outrigger.proxy.worker;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * How many workers to run when nobody says: the processors that this process may use, and no more
 * than its cgroup's quota, rounded down.
 */
public final class Concurrency {
  private static final Path CGROUPS = Path.of("/sys/fs/cgroup");

  private Concurrency() {}

  /** At least one. */
  public static int detect() {
    return detect(
        Runtime.getRuntime().availableProcessors(), Path.of("/proc/self/cgroup"), CGROUPS);
  }

  static int detect(int processors, Path membership, Path mount) {
    double quota = Math.min(v2Quota(membership, mount), v1Quota(mount.resolve("cpu")));
    return (int) Math.max(1, Math.min(processors, Math.floor(quota)));
  }

  /** The smallest cpu.max from this process's cgroup up to the root, in processors. */
  private static double v2Quota(Path membership, Path mount) {
    double smallest = Double.POSITIVE_INFINITY;
    for (String line : lines(membership)) {
      if (!line.startsWith("0::/")) {
        continue;
      }
      Path at = mount.resolve(line.substring("0::/".length())).normalize();
      while (at != null && at.startsWith(mount)) {
        List<String> max = lines(at.resolve("cpu.max"));
        if (!max.isEmpty()) {
          String[] words = max.getFirst().trim().split(" ", -1);
          if (words.length == 2) {
            smallest = Math.min(smallest, ratio(words[0], words[1]));
          }
        }
        at = at.getParent();
      }
    }
    return smallest;
  }

  private static double v1Quota(Path cpu) {
    List<String> quota = lines(cpu.resolve("cpu.cfs_quota_us"));
    List<String> period = lines(cpu.resolve("cpu.cfs_period_us"));
    return quota.isEmpty() || period.isEmpty()
        ? Double.POSITIVE_INFINITY
        : ratio(quota.getFirst(), period.getFirst());
  }

  /** {@code max} and -1 mean no limit. */
  private static double ratio(String quota, String period) {
    try {
      long part = Long.parseLong(quota.trim());
      long whole = Long.parseLong(period.trim());
      return part > 0 && whole > 0 ? (double) part / whole : Double.POSITIVE_INFINITY;
    } catch (NumberFormatException noLimit) {
      return Double.POSITIVE_INFINITY;
    }
  }

  private static List<String> lines(Path file) {
    try {
      return Files.readAllLines(file);
    } catch (IOException | SecurityException absent) {
      return List.of();
    }
  }
}
