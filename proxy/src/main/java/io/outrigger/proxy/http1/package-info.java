/**
 * HTTP/1 on bytes, both sides: heads parsed in place in a header block, bodies passed as slices,
 * one flush a turn of the loop (RFC 9112). Runs on the worker that owns the connection.
 */
@NullMarked
package io.outrigger.proxy.http1;

import org.jspecify.annotations.NullMarked;
