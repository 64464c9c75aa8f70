/** Circuit breakers: limits of a cluster and priority, that all workers share. Any thread. */
@NullMarked
package io.outrigger.proxy.breaker;

import org.jspecify.annotations.NullMarked;
