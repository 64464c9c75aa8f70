/**
 * What the control plane has of a Kubernetes API server: the resources that it watches there, the
 * proof of who a caller is, and the root certificate that it puts there for sidecars. The client's
 * threads call in; what they see is handed to one thread of the source's own.
 */
@NullMarked
package io.outrigger.control.apiserver;

import org.jspecify.annotations.NullMarked;
