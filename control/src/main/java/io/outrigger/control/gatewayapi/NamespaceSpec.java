package io.outrigger.control.gatewayapi;

import io.outrigger.control.resource.Spec;

/** A Namespace, of which only the labels matter. */
public record NamespaceSpec() implements Spec {}
