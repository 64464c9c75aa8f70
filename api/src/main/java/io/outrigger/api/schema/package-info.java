/**
 * The schema of Envoy's messages as a compact table that the build makes, and what works from it:
 * YAML and JSON to wire bytes, wire bytes to JSON, and the checks of the protos' validation rules.
 * Immutable; any thread.
 */
@NullMarked
package io.outrigger.api.schema;

import org.jspecify.annotations.NullMarked;
