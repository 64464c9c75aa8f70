package io.outrigger.control.resource;

/** The content of a resource: a record of its kind. Two specs are equal when their content is. */
public interface Spec {}
