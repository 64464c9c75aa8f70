package io.outrigger.config.jwt;

import io.envoyproxy.envoy.extensions.filters.http.jwt_authn.v3.JwtClaimToHeader;
import io.envoyproxy.envoy.extensions.filters.http.jwt_authn.v3.JwtHeader;
import io.envoyproxy.envoy.extensions.filters.http.jwt_authn.v3.RemoteJwks;
import io.outrigger.config.compile.Millis;
import io.outrigger.config.compile.Problems;
import io.outrigger.config.http.HeaderName;
import io.outrigger.config.match.StringMatcherCompiler;
import io.outrigger.config.source.DataSourceCompiler;
import io.outrigger.config.source.HttpUriCompiler;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Compiles JwtProvider messages. */
final class JwtProviderCompiler {
  private static final int DEFAULT_CACHE_SIZE = 100;
  private static final long DEFAULT_CACHE_MILLIS = 600_000;
  private static final long DEFAULT_SKEW_SECONDS = 60;

  private JwtProviderCompiler() {}

  static JwtProvider compile(
      int index,
      String name,
      io.envoyproxy.envoy.extensions.filters.http.jwt_authn.v3.JwtProvider proto,
      Problems problems) {
    if (!proto.hasLocalJwks() && !proto.hasRemoteJwks()) {
      problems.error("one of remote_jwks and local_jwks is required");
    }
    List<String> audiences = new ArrayList<>();
    for (String audience : proto.getAudiencesList()) {
      audiences.add(JwtProvider.plain(audience));
    }
    List<JwtProvider.ClaimHeader> claims = new ArrayList<>();
    for (int i = 0; i < proto.getClaimToHeadersCount(); i++) {
      JwtClaimToHeader claim = proto.getClaimToHeaders(i);
      problems
          .at("claim_to_headers", i)
          .checkRules("envoy.extensions.filters.http.jwt_authn.v3.JwtClaimToHeader", claim);
      claims.add(
          new JwtProvider.ClaimHeader(HeaderName.of(claim.getHeaderName()), claim.getClaimName()));
    }
    int cacheSize = proto.getJwtCacheConfig().getJwtCacheSize();
    return new JwtProvider(
        index,
        name,
        proto.getIssuer(),
        audiences,
        proto.hasSubjects()
            ? StringMatcherCompiler.compile(proto.getSubjects(), problems.at("subjects"))
            : null,
        proto.getRequireExpiration(),
        proto.hasMaxLifetime()
            ? Math.max(1, Millis.of(proto.getMaxLifetime(), problems.at("max_lifetime")) / 1000)
            : 0,
        proto.getClockSkewSeconds() == 0
            ? DEFAULT_SKEW_SECONDS
            : Integer.toUnsignedLong(proto.getClockSkewSeconds()),
        proto.hasLocalJwks() ? local(proto, problems.at("local_jwks")) : null,
        proto.hasRemoteJwks() ? remote(proto.getRemoteJwks(), problems.at("remote_jwks")) : null,
        places(proto, problems),
        proto.getForward(),
        proto.getForwardPayloadHeader().isEmpty()
            ? null
            : HeaderName.of(proto.getForwardPayloadHeader()),
        proto.getPadForwardPayloadHeader(),
        claims,
        proto.getPayloadInMetadata(),
        proto.getHeaderInMetadata(),
        proto.getFailedStatusInMetadata(),
        proto.getNormalizePayloadInMetadata().getSpaceDelimitedClaimsList(),
        !proto.hasJwtCacheConfig()
            ? 0
            : cacheSize == 0 ? DEFAULT_CACHE_SIZE : cacheSize < 0 ? Integer.MAX_VALUE : cacheSize,
        proto.getClearRouteCache());
  }

  private static @Nullable Jwks local(
      io.envoyproxy.envoy.extensions.filters.http.jwt_authn.v3.JwtProvider proto,
      Problems problems) {
    var source = DataSourceCompiler.compile(proto.getLocalJwks(), problems);
    Jwks keys = Jwks.parse(DataSourceCompiler.bytes(source, problems).toByteArray());
    if (keys == null) {
      problems.error("is no JWKS, or has no key that can be used");
    }
    return keys;
  }

  private static io.outrigger.config.jwt.RemoteJwks remote(RemoteJwks proto, Problems problems) {
    problems.checkRules("envoy.extensions.filters.http.jwt_authn.v3.RemoteJwks", proto);
    if (!proto.getHttpUri().hasTimeout()) {
      problems.error("http_uri.timeout", "is required");
    }
    var retry = proto.getRetryPolicy();
    var backOff = retry.getRetryBackOff();
    Problems retrying = problems.at("retry_policy").at("retry_back_off");
    long base =
        Millis.positive(
            backOff.hasBaseInterval(),
            backOff.getBaseInterval(),
            1000,
            retrying.at("base_interval"));
    long most =
        Millis.positive(
            backOff.hasMaxInterval(),
            backOff.getMaxInterval(),
            base * 10,
            retrying.at("max_interval"));
    if (most < base) {
      retrying.error(
          "max_interval", "is less than base_interval; base_interval or more is allowed");
    }
    if (retry.hasRetryPriority() || retry.getRetryHostPredicateCount() > 0) {
      problems.at("retry_policy").warning("of it num_retries and retry_back_off have an effect");
    }
    Problems async = problems.at("async_fetch");
    return new io.outrigger.config.jwt.RemoteJwks(
        HttpUriCompiler.compile(proto.getHttpUri(), problems.at("http_uri")),
        Millis.orElse(
            proto.hasCacheDuration(),
            proto.getCacheDuration(),
            DEFAULT_CACHE_MILLIS,
            problems.at("cache_duration")),
        proto.hasAsyncFetch(),
        Millis.orElse(
            proto.getAsyncFetch().hasFailedRefetchDuration(),
            proto.getAsyncFetch().getFailedRefetchDuration(),
            1000,
            async.at("failed_refetch_duration")),
        !proto.hasRetryPolicy()
            ? 0
            : retry.hasNumRetries() ? Math.clamp(retry.getNumRetries().getValue(), 0, 1000) : 1,
        base,
        most,
        new JwksCell());
  }

  private static List<TokenPlace> places(
      io.envoyproxy.envoy.extensions.filters.http.jwt_authn.v3.JwtProvider proto,
      Problems problems) {
    Set<String> issuers = proto.getIssuer().isEmpty() ? Set.of() : Set.of(proto.getIssuer());
    List<TokenPlace> places = new ArrayList<>();
    for (int i = 0; i < proto.getFromHeadersCount(); i++) {
      JwtHeader header = proto.getFromHeaders(i);
      problems
          .at("from_headers", i)
          .checkRules("envoy.extensions.filters.http.jwt_authn.v3.JwtHeader", header);
      places.add(
          new TokenPlace.Header(
              HeaderName.of(header.getName()).inRequests(), header.getValuePrefix(), issuers));
    }
    for (String name : proto.getFromParamsList()) {
      places.add(new TokenPlace.Parameter(name, issuers));
    }
    for (String name : proto.getFromCookiesList()) {
      places.add(new TokenPlace.Cookie(name, issuers));
    }
    if (places.isEmpty()) {
      places.add(new TokenPlace.Header(HeaderName.AUTHORIZATION, "Bearer ", issuers));
      places.add(new TokenPlace.Parameter("access_token", issuers));
    }
    return TokenPlaces.ordered(places);
  }
}
