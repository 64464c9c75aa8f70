/** The threads that carry traffic: an event loop each, with its clock, timers and random source. */
@NullMarked
package io.outrigger.proxy.worker;

import org.jspecify.annotations.NullMarked;
