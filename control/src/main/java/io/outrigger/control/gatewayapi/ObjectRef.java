package io.outrigger.control.gatewayapi;

import org.jspecify.annotations.Nullable;

/**
 * A reference to an object: a backend, a certificate, a parent.
 *
 * @param namespace null: the one of the resource that refers
 * @param sectionName of a parent alone: the listener's name
 * @param port of a backend: where it is called; of a parent: null for all of its ports
 */
public record ObjectRef(
    String group,
    String kind,
    @Nullable String namespace,
    String name,
    @Nullable String sectionName,
    @Nullable Integer port) {
  static final String GATEWAY_GROUP = "gateway.networking.k8s.io";

  boolean is(String group, String kind) {
    return this.group.equals(group) && this.kind.equals(kind);
  }

  String namespace(String otherwise) {
    return namespace == null ? otherwise : namespace;
  }

  /** As in {@code Service shop/reviews}. */
  String words(String otherwise) {
    String prefix = group.isEmpty() ? "" : group + " ";
    return prefix + kind + " " + namespace(otherwise) + "/" + name;
  }
}
