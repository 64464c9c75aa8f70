/**
 * A Consul agent as source: services with their health, and configuration from its key-value store,
 * by blocking queries. A virtual thread a query; what they see goes to one thread of the feed.
 */
@NullMarked
package io.outrigger.control.consul;

import org.jspecify.annotations.NullMarked;
