/**
 * YAML and JSON text as a tree whose nodes know their line and column, so that every error about a
 * file can say where. Immutable; any thread.
 */
@NullMarked
package io.outrigger.api.yaml;

import org.jspecify.annotations.NullMarked;
