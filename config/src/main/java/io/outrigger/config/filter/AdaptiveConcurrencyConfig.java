package io.outrigger.config.filter;

import io.outrigger.config.concurrency.GradientController;
import io.outrigger.config.match.RuntimeFlag;

/**
 * envoy.filters.http.adaptive_concurrency: no more requests at once than the service bears.
 *
 * @param controller is one for all workers, and begins and ends with the configuration
 * @param status of the reply to a request over the limit
 */
public record AdaptiveConcurrencyConfig(
    GradientController controller, RuntimeFlag enabled, int status) implements FilterConfig {}
