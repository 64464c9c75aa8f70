/**
 * Tells a server how much load each cluster, locality and endpoint had: Envoy's load reporting
 * service (LRS). All on the loop of the configuration.
 */
@NullMarked
package io.outrigger.proxy.loadreport;

import org.jspecify.annotations.NullMarked;
