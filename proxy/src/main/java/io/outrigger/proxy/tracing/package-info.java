/**
 * Traces of requests: the decision, the headers that carry a trace on, spans, and their way to a
 * collector. All on the worker of the request.
 */
@NullMarked
package io.outrigger.proxy.tracing;

import org.jspecify.annotations.NullMarked;
