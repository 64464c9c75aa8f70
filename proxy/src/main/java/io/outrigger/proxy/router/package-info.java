/**
 * The router: the last of the HTTP filters. Picks cluster and host, makes the attempts, and brings
 * the response back. One router an exchange, on the exchange's worker.
 */
@NullMarked
package io.outrigger.proxy.router;

import org.jspecify.annotations.NullMarked;
