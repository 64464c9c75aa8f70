package io.outrigger.config.filter;

import io.outrigger.config.jwt.JwtRules;

/** envoy.filters.http.jwt_authn. */
public record JwtAuthnConfig(JwtRules rules) implements FilterConfig {}
