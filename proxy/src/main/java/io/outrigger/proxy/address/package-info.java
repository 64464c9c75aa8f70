/** Addresses of sockets, and how Envoy prints them; of nobody's thread. */
@NullMarked
package io.outrigger.proxy.address;

import org.jspecify.annotations.NullMarked;
