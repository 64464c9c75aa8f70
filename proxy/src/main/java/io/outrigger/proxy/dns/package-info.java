/** Names to addresses, off the loops: an answer comes on a thread of the resolver's. */
@NullMarked
package io.outrigger.proxy.dns;

import org.jspecify.annotations.NullMarked;
