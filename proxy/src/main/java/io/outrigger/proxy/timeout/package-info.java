/**
 * Timers of a worker: thousands of time-outs that nearly always get cancelled, for the price of a
 * list link each. Each wheel belongs to one event loop and runs on it.
 */
@NullMarked
package io.outrigger.proxy.timeout;

import org.jspecify.annotations.NullMarked;
