/**
 * What local and global rate limits share: the descriptors of a request, by its route's policies
 * and its filter's. On the request's worker.
 */
@NullMarked
package io.outrigger.proxy.ratelimit;

import org.jspecify.annotations.NullMarked;
