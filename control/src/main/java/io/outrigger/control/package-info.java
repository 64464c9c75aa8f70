/** The control plane process: start, wiring, shutdown. */
@NullMarked
package io.outrigger.control;

import org.jspecify.annotations.NullMarked;
