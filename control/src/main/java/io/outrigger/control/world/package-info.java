/**
 * The mesh as one immutable value, built from resources. Built on the ingest thread, read by any.
 */
@NullMarked
package io.outrigger.control.world;

import org.jspecify.annotations.NullMarked;
