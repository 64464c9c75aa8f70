/** Metadata of endpoints, clusters and routes. Immutable; any thread. */
@NullMarked
package io.outrigger.config.metadata;

import org.jspecify.annotations.NullMarked;
