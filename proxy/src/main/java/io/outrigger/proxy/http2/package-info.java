/**
 * HTTP/2 on frames, both sides: own frame reader and writer, stream table, flow control and flood
 * defences (RFC 9113). Runs on the worker that owns the connection; nothing here locks.
 */
@NullMarked
package io.outrigger.proxy.http2;

import org.jspecify.annotations.NullMarked;
