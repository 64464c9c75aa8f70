/**
 * The concurrency that a service bears, learnt from its latency (adaptive_concurrency). A limit is
 * one for all workers; any thread.
 */
@NullMarked
package io.outrigger.config.concurrency;

import org.jspecify.annotations.NullMarked;
