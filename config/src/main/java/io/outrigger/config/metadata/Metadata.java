package io.outrigger.config.metadata;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Metadata: a struct a namespace. */
public record Metadata(Map<String, Struct> namespaces) {
  public static final Metadata EMPTY = new Metadata(Map.of());

  public Metadata {
    namespaces = Map.copyOf(namespaces);
  }

  public static Metadata of(io.envoyproxy.envoy.config.core.v3.Metadata proto) {
    return proto.getFilterMetadataCount() == 0 ? EMPTY : new Metadata(proto.getFilterMetadataMap());
  }

  public @Nullable Struct namespace(String namespace) {
    return namespaces.get(namespace);
  }

  /** The value at a path of keys within a namespace, or null. */
  public @Nullable Value value(String namespace, String... path) {
    Struct struct = namespaces.get(namespace);
    return struct == null ? null : value(struct, path);
  }

  /** The value at a path of keys within a namespace, or null. */
  public @Nullable Value value(String namespace, List<String> path) {
    Struct struct = namespaces.get(namespace);
    return struct == null ? null : value(struct, path);
  }

  /** The value at a path of keys, or null; without keys the whole. */
  public static @Nullable Value value(Struct from, List<String> path) {
    Value value = null;
    Struct struct = from;
    for (int i = 0; i < path.size(); i++) {
      value = struct.getFieldsMap().get(path.get(i));
      if (value == null) {
        return null;
      }
      boolean last = i + 1 == path.size();
      if (!last && !value.hasStructValue()) {
        return null;
      }
      struct = value.getStructValue();
    }
    return value == null ? Value.newBuilder().setStructValue(struct).build() : value;
  }

  /** The value at a path of keys, or null; without keys the whole. */
  public static @Nullable Value value(Struct from, String... path) {
    Struct struct = from;
    Value value = null;
    for (int i = 0; i < path.length; i++) {
      value = struct.getFieldsMap().get(path[i]);
      if (value == null) {
        return null;
      }
      if (i + 1 < path.length) {
        if (!value.hasStructValue()) {
          return null;
        }
        struct = value.getStructValue();
      }
    }
    return value == null ? Value.newBuilder().setStructValue(struct).build() : value;
  }

  /** Whether the namespace holds each field of {@code wanted} with an equal value. */
  public boolean containsAll(String namespace, Struct wanted) {
    Struct struct = namespaces.get(namespace);
    if (struct == null) {
      return wanted.getFieldsCount() == 0;
    }
    for (Map.Entry<String, Value> entry : wanted.getFieldsMap().entrySet()) {
      if (!entry.getValue().equals(struct.getFieldsMap().get(entry.getKey()))) {
        return false;
      }
    }
    return true;
  }
}
