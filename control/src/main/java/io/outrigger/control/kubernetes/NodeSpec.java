package io.outrigger.control.kubernetes;

import io.outrigger.control.resource.Spec;

/** A Node, of which only the labels matter: they say where it is. */
public record NodeSpec() implements Spec {}
