package io.outrigger.control.push;

import java.time.Duration;

/**
 * All proxies that were connected hold a world.
 *
 * @param generation the world's
 * @param proxies how many
 * @param took from the world's being in force to the last proxy's answer
 */
public record Synced(long generation, int proxies, Duration took) {}
