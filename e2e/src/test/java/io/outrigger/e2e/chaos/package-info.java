/** Upstreams that fail in every way, as processes, behind a sidecar with the mesh's defaults. */
@NullMarked
package io.outrigger.e2e.chaos;

import org.jspecify.annotations.NullMarked;
