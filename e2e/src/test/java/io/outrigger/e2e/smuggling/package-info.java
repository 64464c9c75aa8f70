/**
 * The smuggling table: what clients and upstreams may try to make two parties read one byte stream
 * as different messages, each with its required verdict, beside a real Envoy.
 */
@NullMarked
package io.outrigger.e2e.smuggling;

import org.jspecify.annotations.NullMarked;
