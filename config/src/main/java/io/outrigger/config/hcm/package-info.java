/**
 * The HTTP connection manager's configuration and its compiler. Compiled on the config thread,
 * immutable.
 */
@NullMarked
package io.outrigger.config.hcm;

import org.jspecify.annotations.NullMarked;
