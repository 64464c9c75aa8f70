package io.outrigger.config.filter;

/** What a route says of jwt_authn: the name of the requirement that holds; empty: none does. */
public record JwtAuthnRoute(String requirementName) implements FilterConfig {}
