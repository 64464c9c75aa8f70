package io.outrigger.proxy.snapshot;

/**
 * The last update of a resource that was refused, while the one before stays in force.
 *
 * @param reason problems with their field paths
 */
public record Refused(String name, String version, String reason, long atMillis) {}
