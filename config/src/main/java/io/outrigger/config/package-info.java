/**
 * Configuration as compiled, immutable records, and the compilers from Envoy's messages to them.
 * Any thread.
 */
@NullMarked
package io.outrigger.config;

import org.jspecify.annotations.NullMarked;
