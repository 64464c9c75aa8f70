/** From a world and a proxy to Envoy resources. Pure; runs on the thread of the proxy's stream. */
@NullMarked
package io.outrigger.control.translate;

import org.jspecify.annotations.NullMarked;
