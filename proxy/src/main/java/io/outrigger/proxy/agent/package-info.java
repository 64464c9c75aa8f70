/**
 * Istio's port 15020 of a sidecar in a pod: the kubelet's questions about the application, its
 * metrics beside the proxy's, and the pod's end. On the configuration loop.
 */
@NullMarked
package io.outrigger.proxy.agent;

import org.jspecify.annotations.NullMarked;
