package io.outrigger.proxy.lb;

import io.outrigger.proxy.cluster.Host;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * MAGLEV: a table that hosts fill by turns, each in its own permutation; a request's hash indexes.
 */
final class MaglevTable implements HostPicker {
  private final @Nullable Host[] table;

  MaglevTable(Host[] hosts, double[] weights, int size, boolean byHostname) {
    table = new @Nullable Host[hosts.length == 0 ? 0 : size];
    if (hosts.length == 0) {
      return;
    }
    Entry[] entries = new Entry[hosts.length];
    double largest = 0;
    for (int i = 0; i < hosts.length; i++) {
      entries[i] = new Entry(hosts[i], HashKey.of(hosts[i], byHostname), weights[i], size);
      largest = Math.max(largest, entries[i].weight);
    }
    Arrays.sort(entries, Comparator.comparing(entry -> entry.key));
    int filled = 0;
    for (int turn = 1; filled < size; turn++) {
      for (int i = 0; i < entries.length && filled < size; i++) {
        Entry entry = entries[i];
        // one of a third of the largest weight has its turn in every third round
        if (turn * entry.weight < entry.target) {
          continue;
        }
        entry.target += largest;
        int slot = entry.next();
        while (table[slot] != null) {
          slot = entry.next();
        }
        table[slot] = entry.host;
        filled++;
      }
    }
  }

  private static final class Entry {
    final Host host;
    final String key;
    final double weight;
    double target;
    private final int size;
    private final long offset;
    private final long skip;
    private long index;

    Entry(Host host, String key, double weight, int size) {
      this.host = host;
      this.key = key;
      this.weight = weight;
      this.size = size;
      this.offset = Long.remainderUnsigned(XxHash64.hash(key, 0), size);
      this.skip = Long.remainderUnsigned(XxHash64.hash(key, 1), size - 1) + 1;
    }

    int next() {
      return (int) ((offset + skip * index++) % size);
    }
  }

  @Override
  public @Nullable Host pick(long hash, int attempt) {
    if (table.length == 0) {
      return null;
    }
    // a rejected choice: another place in the table, the same for the same request and attempt
    long at = attempt == 0 ? hash : hash ^ (~0L - attempt + 1);
    return Objects.requireNonNull(table[(int) Long.remainderUnsigned(at, table.length)]);
  }
}
