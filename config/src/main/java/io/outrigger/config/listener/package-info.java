/**
 * Listeners and filter chains, how a connection finds its chain, and their compilers. Compiled on
 * the config thread, immutable.
 */
@NullMarked
package io.outrigger.config.listener;

import org.jspecify.annotations.NullMarked;
