package io.outrigger.xds;

/** A resource that the receiver didn't take, and why: a sentence with the field's path. */
public record Rejection(String name, String reason) {}
