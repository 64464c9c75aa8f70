/** Translators of clusters: one record in, one Envoy resource out. Pure; any thread. */
@NullMarked
package io.outrigger.control.translate.cluster;

import org.jspecify.annotations.NullMarked;
