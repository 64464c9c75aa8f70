/**
 * {@code outrigger ratelimit}: a server of Envoy's rate limit protocol, a process of its own. Reads
 * limits from a folder and counts hits in fixed windows. Questions are answered on the threads of
 * the gRPC server; limits are immutable, counts are atomic.
 */
@NullMarked
package io.outrigger.control.ratelimit;

import org.jspecify.annotations.NullMarked;
