/** What every speaker of gRPC needs to know of it. */
@NullMarked
package io.outrigger.api.grpc;

import org.jspecify.annotations.NullMarked;
