/**
 * The configuration that is in force: what was received is linked, published as one immutable
 * snapshot, and taken over by each worker. Linking and publishing run on the configuration loop.
 */
@NullMarked
package io.outrigger.proxy.snapshot;

import org.jspecify.annotations.NullMarked;
