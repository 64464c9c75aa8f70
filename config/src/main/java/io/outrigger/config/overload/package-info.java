/** What the overload manager watches, and what it does about it. Immutable; any thread. */
@NullMarked
package io.outrigger.config.overload;

import org.jspecify.annotations.NullMarked;
