/**
 * Who a workload is: SPIFFE ids, keys and certificate requests for the sidecar's side; the
 * authority that signs, service tokens and trust bundles for the control plane's. Any thread.
 */
@NullMarked
package io.outrigger.identity;

import org.jspecify.annotations.NullMarked;
