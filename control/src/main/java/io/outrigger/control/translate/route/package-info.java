/** Translators of route tables: one record in, one Envoy resource out. Pure; any thread. */
@NullMarked
package io.outrigger.control.translate.route;

import org.jspecify.annotations.NullMarked;
