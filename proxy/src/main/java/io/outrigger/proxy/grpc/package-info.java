/**
 * A small gRPC client over a {@link io.outrigger.proxy.stream.ClientConnection}: unary and
 * streaming calls of raw messages, for xDS, the CA and what else the proxy asks. Runs on the worker
 * that owns the connection.
 */
@NullMarked
package io.outrigger.proxy.grpc;

import org.jspecify.annotations.NullMarked;
