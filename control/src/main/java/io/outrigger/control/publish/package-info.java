/**
 * What the control plane makes in a cluster for the Gateway API: the proxies of Gateways, and the
 * status of its resources. One of several control planes does, the holder of a Lease; on one
 * thread.
 */
@NullMarked
package io.outrigger.control.publish;

import org.jspecify.annotations.NullMarked;
