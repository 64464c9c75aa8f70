/** Layers of runtime values, and the pages that show and change them. On the configuration loop. */
@NullMarked
package io.outrigger.proxy.runtime;

import org.jspecify.annotations.NullMarked;
