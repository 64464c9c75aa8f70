/** Envoy's API as lite messages, the schema table, and the codecs for YAML and JSON. Any thread. */
@NullMarked
package io.outrigger.api;

import org.jspecify.annotations.NullMarked;
