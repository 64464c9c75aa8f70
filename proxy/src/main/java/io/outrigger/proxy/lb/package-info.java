/**
 * Load balancing: which host of a cluster takes a request. Balancers are built from a host set and
 * belong to one worker; they pick without allocating.
 */
@NullMarked
package io.outrigger.proxy.lb;

import org.jspecify.annotations.NullMarked;
