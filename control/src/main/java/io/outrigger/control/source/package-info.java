/** Directories of YAML files, watched: changes become worlds. One ingest thread. */
@NullMarked
package io.outrigger.control.source;

import org.jspecify.annotations.NullMarked;
