/**
 * Sends the statistics away: statsd, Envoy's metrics service, OpenTelemetry. All on the loop of the
 * configuration.
 */
@NullMarked
package io.outrigger.proxy.stats.sink;

import org.jspecify.annotations.NullMarked;
