/**
 * Directories of YAML files, watched; the reading of documents from wherever they come; and the
 * worlds that changes become. A thread a source, one of them in at a time.
 */
@NullMarked
package io.outrigger.control.source;

import org.jspecify.annotations.NullMarked;
