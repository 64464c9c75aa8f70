/**
 * What the compilers share: problems with field paths, and a value that may not have come about.
 * Runs on the config thread.
 */
@NullMarked
package io.outrigger.config.compile;

import org.jspecify.annotations.NullMarked;
