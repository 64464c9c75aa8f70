package io.outrigger.control.gatewayapi;

import io.outrigger.control.resource.Fields;
import io.outrigger.control.resource.Spec;
import org.jspecify.annotations.Nullable;

/** A GatewayClass: who serves its Gateways, and a reference to its parameters. */
public record GatewayClassSpec(
    long generation, String controllerName, @Nullable ObjectRef parametersRef) implements Spec {
  public static GatewayClassSpec read(Fields fields, long generation) {
    fields.skip("description");
    return new GatewayClassSpec(
        generation,
        fields.required("controllerName"),
        fields.object("parametersRef", ObjectRefReader::parameters));
  }
}
