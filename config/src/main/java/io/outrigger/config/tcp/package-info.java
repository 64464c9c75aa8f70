/** The TCP proxy's configuration and its compiler. Compiled on the config thread, immutable. */
@NullMarked
package io.outrigger.config.tcp;

import org.jspecify.annotations.NullMarked;
