package io.outrigger.config.route;

/** A route that a filter answers, not the router. */
public record NonForwardingAction() implements RouteAction {}
