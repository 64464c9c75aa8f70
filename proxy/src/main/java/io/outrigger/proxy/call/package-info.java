/**
 * Requests of the proxy's own to services behind its clusters: JWKS, decisions, collectors. Each on
 * the worker that asks.
 */
@NullMarked
package io.outrigger.proxy.call;

import org.jspecify.annotations.NullMarked;
