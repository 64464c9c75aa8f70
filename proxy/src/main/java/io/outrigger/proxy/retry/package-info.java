/**
 * When a request is tried again: conditions, budget and back-off. Each state belongs to one request
 * on its worker.
 */
@NullMarked
package io.outrigger.proxy.retry;

import org.jspecify.annotations.NullMarked;
