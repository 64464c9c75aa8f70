/** Load reports (LRS) to a server of grpc-java's, by ours and by a real Envoy. */
@NullMarked
package io.outrigger.e2e.loadreport;

import org.jspecify.annotations.NullMarked;
