/**
 * The xDS protocol without I/O: state machines for a client ({@link io.outrigger.xds.AdsClient})
 * and for a server's stream ({@link io.outrigger.xds.AdsServer}), incremental at the core with the
 * state of the world as an adapter. It knows no routes. Each machine belongs to one caller at a
 * time; values are immutable.
 */
@NullMarked
package io.outrigger.xds;

import org.jspecify.annotations.NullMarked;
