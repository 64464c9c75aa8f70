/** The data plane process: start, wiring, shutdown. */
@NullMarked
package io.outrigger.proxy;

import org.jspecify.annotations.NullMarked;
