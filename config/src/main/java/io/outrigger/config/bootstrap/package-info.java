/**
 * The bootstrap as compiled, and its compiler. Compiled on the main thread before anything else
 * runs.
 */
@NullMarked
package io.outrigger.config.bootstrap;

import org.jspecify.annotations.NullMarked;
