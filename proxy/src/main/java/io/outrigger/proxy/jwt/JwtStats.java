package io.outrigger.proxy.jwt;

import io.outrigger.proxy.stats.Counter;
import io.outrigger.proxy.stats.StatStore;

/** The counters of jwt_authn under one prefix. */
public final class JwtStats {
  public final Counter allowed;
  public final Counter corsPreflightBypassed;
  public final Counter denied;
  final Counter jwksFetchSuccess;
  final Counter jwksFetchFailed;
  final Counter cacheHit;
  final Counter cacheMiss;

  public JwtStats(StatStore store, String prefix) {
    allowed = store.counter(prefix + "allowed");
    corsPreflightBypassed = store.counter(prefix + "cors_preflight_bypassed");
    denied = store.counter(prefix + "denied");
    jwksFetchSuccess = store.counter(prefix + "jwks_fetch_success");
    jwksFetchFailed = store.counter(prefix + "jwks_fetch_failed");
    cacheHit = store.counter(prefix + "jwt_cache_hit");
    cacheMiss = store.counter(prefix + "jwt_cache_miss");
  }
}
