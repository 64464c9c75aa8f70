/**
 * The sidecar: an agent in the proxy's own process that gets the workload its certificate, writes
 * the proxy's bootstrap, and starts and ends the application. It runs on the configuration loop,
 * but for the start and the end, which are the main thread's.
 */
@NullMarked
package io.outrigger.proxy.sidecar;

import org.jspecify.annotations.NullMarked;
