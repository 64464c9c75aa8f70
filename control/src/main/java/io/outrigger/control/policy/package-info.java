/** The mesh's own resources, of group outrigger.io, and their readers. Values only; any thread. */
@NullMarked
package io.outrigger.control.policy;

import org.jspecify.annotations.NullMarked;
