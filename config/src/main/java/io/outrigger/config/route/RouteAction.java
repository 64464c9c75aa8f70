package io.outrigger.config.route;

/** What a route does with a request. */
public sealed interface RouteAction
    permits ForwardAction, RedirectAction, DirectResponseAction, NonForwardingAction {}
