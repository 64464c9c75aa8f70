/** Translators of endpoints: one record in, one Envoy resource out. Pure; any thread. */
@NullMarked
package io.outrigger.control.translate.endpoint;

import org.jspecify.annotations.NullMarked;
