/**
 * ext_proc: a service sees requests and responses, heads, bodies and trailers, on one gRPC stream
 * for each exchange, and may change them or answer. All on the worker that owns the exchange, which
 * never waits.
 */
@NullMarked
package io.outrigger.proxy.extproc;

import org.jspecify.annotations.NullMarked;
