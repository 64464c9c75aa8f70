/**
 * Connection pools of a worker to a host: streams on pooled HTTP connections, and plain connections
 * for the TCP proxy. Everything here belongs to one worker and runs on its loop.
 */
@NullMarked
package io.outrigger.proxy.pool;

import org.jspecify.annotations.NullMarked;
