package io.outrigger.proxy.http;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.outrigger.config.metadata.Metadata;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What filters noted of one request, a struct a namespace. Made by the first filter that notes
 * something; on the request's worker.
 */
public final class DynamicMetadata {
  private final Map<String, Struct> namespaces = new HashMap<>(4);

  public @Nullable Struct namespace(String name) {
    return namespaces.get(name);
  }

  /** Puts these fields into a namespace, in place of fields of the same names. */
  public void put(String namespace, Struct fields) {
    Struct before = namespaces.get(namespace);
    namespaces.put(
        namespace, before == null ? fields : before.toBuilder().mergeFrom(fields).build());
  }

  /** Lets a namespace hold this and nothing else. */
  public void replace(String namespace, Struct fields) {
    namespaces.put(namespace, fields);
  }

  public @Nullable Value value(String namespace, String... path) {
    Struct struct = namespaces.get(namespace);
    return struct == null ? null : Metadata.value(struct, path);
  }
}
