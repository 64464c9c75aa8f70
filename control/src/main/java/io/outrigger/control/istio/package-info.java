/** Istio's resources as records, and their readers, one a kind. Values only; any thread. */
@NullMarked
package io.outrigger.control.istio;

import org.jspecify.annotations.NullMarked;
