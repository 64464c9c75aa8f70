/**
 * The overload manager: looks at pressure on the configuration loop, and tells the workers by
 * volatile fields what not to do.
 */
@NullMarked
package io.outrigger.proxy.overload;

import org.jspecify.annotations.NullMarked;
