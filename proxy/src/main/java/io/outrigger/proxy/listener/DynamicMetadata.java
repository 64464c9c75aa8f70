package io.outrigger.proxy.listener;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.outrigger.config.metadata.Metadata;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What filters noted of one request or connection, a struct a namespace. Made by the first filter
 * that notes something; on its worker.
 *
 * <p>Noting allocates nothing once there is room: what was noted of one namespace is put together
 * when it is read.
 */
public final class DynamicMetadata {
  private @Nullable String[] namespaces = new @Nullable String[4];
  private @Nullable Struct[] structs = new @Nullable Struct[4];
  private int size;

  /** Forgets all of it, for the next request. */
  public void clear() {
    Arrays.fill(namespaces, 0, size, null);
    Arrays.fill(structs, 0, size, null);
    size = 0;
  }

  public @Nullable Struct namespace(String name) {
    int first = -1;
    Struct.Builder merged = null;
    for (int i = 0; i < size; i++) {
      if (!name.equals(namespaces[i])) {
        continue;
      }
      if (first < 0) {
        first = i;
        continue;
      }
      merged = merged == null ? at(first).toBuilder() : merged;
      merged.mergeFrom(at(i));
      remove(i--);
    }
    if (merged != null) {
      structs[first] = merged.build();
    }
    return first < 0 ? null : structs[first];
  }

  /** Puts these fields into a namespace, in place of fields of the same names. */
  public void put(String namespace, Struct fields) {
    if (size == namespaces.length) {
      namespaces = Arrays.copyOf(namespaces, size * 2);
      structs = Arrays.copyOf(structs, size * 2);
    }
    namespaces[size] = namespace;
    structs[size++] = fields;
  }

  /** Lets a namespace hold this and nothing else. */
  public void replace(String namespace, Struct fields) {
    for (int i = size - 1; i >= 0; i--) {
      if (namespace.equals(namespaces[i])) {
        remove(i);
      }
    }
    put(namespace, fields);
  }

  public @Nullable Value value(String namespace, String... path) {
    Struct struct = namespace(namespace);
    return struct == null ? null : Metadata.value(struct, path);
  }

  public @Nullable Value value(String namespace, List<String> path) {
    Struct struct = namespace(namespace);
    return struct == null ? null : Metadata.value(struct, path);
  }

  private Struct at(int index) {
    Struct struct = structs[index];
    assert struct != null;
    return struct;
  }

  private void remove(int index) {
    size--;
    System.arraycopy(namespaces, index + 1, namespaces, index, size - index);
    System.arraycopy(structs, index + 1, structs, index, size - index);
    namespaces[size] = null;
    structs[size] = null;
  }
}
