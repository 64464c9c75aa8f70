package io.outrigger.config.filter;

import io.outrigger.config.source.OnDemandClusters;
import org.jspecify.annotations.Nullable;

/**
 * on_demand: a request without a route waits for the scope or virtual host that it lacks, and one
 * whose cluster isn't known for that.
 *
 * @param clusters null: nobody is asked for clusters
 */
public record OnDemandConfig(@Nullable OnDemandClusters clusters) implements FilterConfig {}
