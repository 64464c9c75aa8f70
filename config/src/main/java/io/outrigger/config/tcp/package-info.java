/**
 * The TCP proxy, and what is counted of TCP: configuration and compilers. Compiled on the config
 * thread, immutable.
 */
@NullMarked
package io.outrigger.config.tcp;

import org.jspecify.annotations.NullMarked;
