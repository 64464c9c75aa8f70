package io.outrigger.control.gatewayapi;

import io.outrigger.control.resource.Fields;
import io.outrigger.control.resource.Spec;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A ReferenceGrant: from which namespaces its own may be referred to. */
public record ReferenceGrantSpec(List<From> from, List<To> to) implements Spec {
  /** Who refers. */
  public record From(String group, String kind, String namespace) {}

  /** What is referred to; null for all of that kind. */
  public record To(String group, String kind, @Nullable String name) {}

  public static ReferenceGrantSpec read(Fields fields) {
    return new ReferenceGrantSpec(
        fields.objects(
            "from",
            f -> new From(f.string("group", ""), f.required("kind"), f.required("namespace"))),
        fields.objects(
            "to", f -> new To(f.string("group", ""), f.required("kind"), f.string("name"))));
  }
}
