package io.outrigger.config.filter;

/** on_demand: a request without a route waits for the scope or virtual host that it lacks. */
public record OnDemandConfig() implements FilterConfig {}
