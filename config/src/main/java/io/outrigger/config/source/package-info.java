/** Where a resource that is not inline comes from. Immutable; any thread. */
@NullMarked
package io.outrigger.config.source;

import org.jspecify.annotations.NullMarked;
