/**
 * Runs a process of each kind under real traffic, so that the JVM writes an ahead-of-time cache of
 * it.
 */
@NullMarked
package io.outrigger.cli.train;

import org.jspecify.annotations.NullMarked;
