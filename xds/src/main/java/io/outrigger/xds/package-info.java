/** The xDS protocol: one delta core with state-of-the-world as an adapter, for clients and servers; it knows no routes. */
@NullMarked
package io.outrigger.xds;

import org.jspecify.annotations.NullMarked;
