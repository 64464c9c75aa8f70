/** Addresses as configuration names them. Immutable; any thread. */
@NullMarked
package io.outrigger.config.address;

import org.jspecify.annotations.NullMarked;
