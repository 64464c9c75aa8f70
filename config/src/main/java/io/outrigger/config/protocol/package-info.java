/** Options of HTTP/1 and HTTP/2 that listeners and clusters share. Immutable; any thread. */
@NullMarked
package io.outrigger.config.protocol;

import org.jspecify.annotations.NullMarked;
