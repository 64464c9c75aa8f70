/** Tracing as compiled: which requests are traced, what their spans say, where spans go. */
@NullMarked
package io.outrigger.config.tracing;

import org.jspecify.annotations.NullMarked;
