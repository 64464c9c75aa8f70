package io.outrigger.proxy.listener;

/** A listener, or a part of one, that could not be put in force, and why. */
public record ListenerError(String listener, String message) {}
