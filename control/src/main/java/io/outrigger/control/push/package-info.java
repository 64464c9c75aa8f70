/**
 * Brings every connected proxy to the world in force: a virtual thread a proxy, in plain blocking
 * style, with at most one merged push pending.
 */
@NullMarked
package io.outrigger.control.push;

import org.jspecify.annotations.NullMarked;
