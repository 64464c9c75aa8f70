/** The gRPC face of the control plane: discovery streams and certificates, on grpc-java. */
@NullMarked
package io.outrigger.control.grpc;

import org.jspecify.annotations.NullMarked;
