/** The xDS client: one aggregated stream to the control plane, on the configuration loop. */
@NullMarked
package io.outrigger.proxy.ads;

import org.jspecify.annotations.NullMarked;
