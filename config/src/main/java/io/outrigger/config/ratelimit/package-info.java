/**
 * Limits of rates: buckets of tokens, and the descriptors that say what is counted. Immutable but
 * for the buckets, which any thread may take from.
 */
@NullMarked
package io.outrigger.config.ratelimit;

import org.jspecify.annotations.NullMarked;
