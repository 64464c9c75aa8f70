package io.outrigger.config.route;

import io.outrigger.config.match.Ascii;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Virtual hosts by domain: exact, then the longest {@code *suffix}, then the longest {@code
 * prefix*}, then {@code *}. An open hash over lower-case bytes a kind; immutable.
 */
final class VirtualHostIndex {
  private final DomainTable exact = new DomainTable();
  private final DomainTable suffixes = new DomainTable();
  private final DomainTable prefixes = new DomainTable();
  private final int[] suffixLengths;
  private final int[] prefixLengths;
  private @Nullable VirtualHost any;

  VirtualHostIndex(List<VirtualHost> hosts) {
    List<Integer> suffix = new ArrayList<>();
    List<Integer> prefix = new ArrayList<>();
    for (VirtualHost host : hosts) {
      for (String domain : host.domains()) {
        String lower = domain.toLowerCase(Locale.ROOT);
        if (lower.equals("*")) {
          any = any == null ? host : any;
        } else if (lower.startsWith("*")) {
          suffix.add(suffixes.put(bytes(lower.substring(1)), host));
        } else if (lower.endsWith("*")) {
          prefix.add(prefixes.put(bytes(lower.substring(0, lower.length() - 1)), host));
        } else {
          exact.put(bytes(lower), host);
        }
      }
    }
    suffixLengths = longestFirst(suffix);
    prefixLengths = longestFirst(prefix);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static int[] longestFirst(List<Integer> lengths) {
    return lengths.stream()
        .distinct()
        .sorted(Comparator.reverseOrder())
        .mapToInt(Integer::intValue)
        .toArray();
  }

  @Nullable VirtualHost find(byte[] data, int offset, int length) {
    VirtualHost found = exact.find(data, offset, length);
    if (found != null) {
      return found;
    }
    for (int own : suffixLengths) {
      // A wildcard stands for at least one byte.
      if (own < length) {
        found = suffixes.find(data, offset + length - own, own);
        if (found != null) {
          return found;
        }
      }
    }
    for (int own : prefixLengths) {
      if (own < length) {
        found = prefixes.find(data, offset, own);
        if (found != null) {
          return found;
        }
      }
    }
    return any;
  }

  /** An open hash from lower-case bytes to virtual hosts. */
  private static final class DomainTable {
    private byte[] @Nullable [] keys = new byte[16] @Nullable [];
    private @Nullable VirtualHost[] hosts = new @Nullable VirtualHost[16];
    private int size;

    /** Adds a domain, unless it is there, and gives its length. */
    int put(byte[] key, VirtualHost host) {
      if (size * 2 >= hosts.length) {
        grow();
      }
      int slot = hash(key, 0, key.length) & (hosts.length - 1);
      while (hosts[slot] != null) {
        slot = (slot + 1) & (hosts.length - 1);
      }
      keys[slot] = key;
      hosts[slot] = host;
      size++;
      return key.length;
    }

    @Nullable VirtualHost find(byte[] data, int offset, int length) {
      if (size == 0) {
        return null;
      }
      int slot = hash(data, offset, length) & (hosts.length - 1);
      while (true) {
        VirtualHost host = hosts[slot];
        if (host == null) {
          return null;
        }
        byte[] key = keys[slot];
        if (key != null && key.length == length && Ascii.regionEqualsLowerCase(data, offset, key)) {
          return host;
        }
        slot = (slot + 1) & (hosts.length - 1);
      }
    }

    private void grow() {
      byte[] @Nullable [] oldKeys = keys;
      @Nullable VirtualHost[] oldHosts = hosts;
      keys = new byte[oldHosts.length * 2] @Nullable [];
      hosts = new @Nullable VirtualHost[oldHosts.length * 2];
      size = 0;
      for (int i = 0; i < oldHosts.length; i++) {
        VirtualHost host = oldHosts[i];
        byte[] key = oldKeys[i];
        if (host != null && key != null) {
          put(key, host);
        }
      }
    }

    private static int hash(byte[] data, int offset, int length) {
      int h = length;
      for (int i = offset, end = offset + length; i < end; i++) {
        h = 31 * h + Ascii.toLower(data[i]);
      }
      return h ^ (h >>> 15);
    }
  }
}
