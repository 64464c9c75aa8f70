package io.outrigger.control.translate;

import com.google.protobuf.MessageLite;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * Resources by the record that they were made of, shared by all proxies. Any thread.
 *
 * <p>A translator sees nothing but its record, so the record is the key and no input is forgotten.
 * What no world used for a while is dropped.
 */
final class ResourceCache {
  private static final long KEPT_GENERATIONS = 2;

  private static final class Entry {
    final Built built;
    volatile long lastUsed;

    Entry(Built built, long generation) {
      this.built = built;
      this.lastUsed = generation;
    }
  }

  private final Map<Object, Entry> entries = new ConcurrentHashMap<>();
  private volatile long swept;

  /** The resource of a record, made now if it's new. */
  <M> Built get(
      long generation,
      String name,
      String typeUrl,
      M model,
      Function<M, ? extends MessageLite> translator) {
    Entry entry =
        entries.computeIfAbsent(
            model, m -> new Entry(build(name, typeUrl, translator.apply(model)), generation));
    if (entry.lastUsed < generation) {
      entry.lastUsed = generation;
    }
    return entry.built;
  }

  /** Forgets what worlds before the last few used. */
  void sweep(long generation) {
    if (swept < generation) {
      swept = generation;
      entries.values().removeIf(entry -> entry.lastUsed < generation - KEPT_GENERATIONS);
    }
  }

  private static Built build(String name, String typeUrl, MessageLite message) {
    com.google.protobuf.Any any =
        com.google.protobuf.Any.newBuilder()
            .setTypeUrl(typeUrl)
            .setValue(message.toByteString())
            .build();
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(any.getValue().toByteArray());
      return new Built(name, HexFormat.of().formatHex(hash, 0, 8), any);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
