/** Bodies that are larger than the memory that a proxy may take for them. */
@NullMarked
package io.outrigger.e2e.bodies;

import org.jspecify.annotations.NullMarked;
