/**
 * Listening sockets and how a connection finds its filter chain: accept, inspect, match, secure.
 * {@code Listeners} runs on the main loop; everything else on the worker that accepted.
 */
@NullMarked
package io.outrigger.proxy.listener;

import org.jspecify.annotations.NullMarked;
