/** The rate limit server with a real Redis. */
package io.outrigger.e2e.ratelimit;
