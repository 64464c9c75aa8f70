package io.outrigger.proxy.jwt;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.outrigger.config.http.Headers;
import io.outrigger.config.jwt.Jwks;
import io.outrigger.config.jwt.Jwt;
import io.outrigger.config.jwt.JwtProvider;
import io.outrigger.config.jwt.JwtRequirement;
import io.outrigger.config.jwt.JwtRules;
import io.outrigger.config.jwt.JwtStatus;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One request's check of what it must have. It never waits itself: where keys have to be fetched
 * first, {@link #missing} tells whose, before anything was done to the request.
 */
public final class TokenCheck {
  private final KeyRing ring;
  private final Headers request;
  private final JwtRequirement requirement;
  private final List<ProviderKeys> asked = new ArrayList<>(0);
  private final List<@Nullable Jwks> answers = new ArrayList<>(0);
  private Struct.@Nullable Builder notes;
  private boolean routeCleared;
  private boolean trial;
  private @Nullable ProviderKeys missing;

  TokenCheck(KeyRing ring, Headers request, JwtRequirement requirement) {
    this.ring = ring;
    this.request = request;
    this.requirement = requirement;
  }

  /** The provider whose keys are wanted and not there; null: the check can be made. */
  @Nullable ProviderKeys missing() {
    trial = true;
    missing = null;
    status(requirement);
    trial = false;
    return missing;
  }

  /** What was fetched for this request; null: no keys came. */
  void fetched(ProviderKeys keys, @Nullable Jwks answer) {
    asked.add(keys);
    answers.add(answer);
  }

  /** Makes the check: good tokens leave their traces in the request. */
  JwtStatus run() {
    sanitize(requirement);
    return status(requirement);
  }

  /** What there is to note in metadata; null: nothing. */
  public @Nullable Struct notes() {
    return notes == null ? null : notes.build();
  }

  public boolean routeCleared() {
    return routeCleared;
  }

  /** Headers that tell of checked tokens come from nobody else. */
  private void sanitize(JwtRequirement wanted) {
    if (wanted instanceof JwtRequirement.Of of) {
      ClaimHeaders.remove(of.provider(), request);
    } else if (wanted instanceof JwtRequirement.Any any) {
      sanitize(any.of());
    } else if (wanted instanceof JwtRequirement.All all) {
      sanitize(all.of());
    } else if (wanted instanceof JwtRequirement.Optional optional) {
      for (int i = 0; i < optional.providers().size(); i++) {
        ClaimHeaders.remove(optional.providers().get(i), request);
      }
    }
  }

  private void sanitize(List<JwtRequirement> wanted) {
    for (int i = 0; i < wanted.size(); i++) {
      sanitize(wanted.get(i));
    }
  }

  private JwtStatus status(JwtRequirement wanted) {
    if (wanted instanceof JwtRequirement.Of of) {
      return provider(of);
    }
    if (wanted instanceof JwtRequirement.Any any) {
      return any(any);
    }
    if (wanted instanceof JwtRequirement.All all) {
      for (int i = 0; i < all.of().size(); i++) {
        JwtStatus status = status(all.of().get(i));
        if (status != JwtStatus.OK) {
          return status;
        }
      }
      return JwtStatus.OK;
    }
    if (wanted instanceof JwtRequirement.Optional optional) {
      return optional(optional);
    }
    throw new IllegalStateException("unknown JwtRequirement: " + wanted);
  }

  /** Of failures, one of a token that was there says more than one that wasn't. */
  private JwtStatus any(JwtRequirement.Any any) {
    JwtStatus worst = JwtStatus.MISSING;
    for (int i = 0; i < any.of().size() && missing == null; i++) {
      JwtStatus status = status(any.of().get(i));
      if (status == JwtStatus.OK) {
        return status;
      }
      if ((status != JwtStatus.MISSING && status != JwtStatus.UNKNOWN_ISSUER)
          || worst == JwtStatus.MISSING) {
        worst = status;
      }
    }
    boolean leave = any.allowFailed() || (any.allowMissing() && worst == JwtStatus.MISSING);
    return leave ? JwtStatus.OK : worst;
  }

  /** All tokens at the provider's places must be good: who asked may use any of them. */
  private JwtStatus provider(JwtRequirement.Of of) {
    JwtProvider provider = of.provider();
    List<FoundToken> tokens = FoundToken.in(request, provider.places());
    if (tokens.isEmpty()) {
      return JwtStatus.MISSING;
    }
    ProviderKeys keys = ring.of(provider);
    for (int i = tokens.size() - 1; i >= 0; i--) {
      FoundToken token = tokens.get(i);
      Jwt known = keys.remembered(token.text(), !trial);
      Jwt jwt = known == null ? Jwt.parse(token.text()) : known;
      JwtStatus status =
          !token.place().allows(jwt.issuer()) && jwt.status() == JwtStatus.OK
              ? JwtStatus.UNKNOWN_ISSUER
              : one(token, jwt, keys, of.audiences(), known != null);
      if (status != JwtStatus.OK) {
        return noted(status, provider);
      }
      if (known == null && !trial) {
        keys.remember(token.text(), jwt);
      }
    }
    return JwtStatus.OK;
  }

  private JwtStatus optional(JwtRequirement.Optional optional) {
    JwtStatus last = JwtStatus.MISSING;
    List<FoundToken> tokens = FoundToken.in(request, optional.places());
    for (int i = tokens.size() - 1; i >= 0 && missing == null; i--) {
      FoundToken token = tokens.get(i);
      Jwt jwt = Jwt.parse(token.text());
      JwtProvider provider =
          jwt.status() == JwtStatus.OK && token.place().allows(jwt.issuer())
              ? JwtRules.ofIssuer(optional.providers(), jwt.issuer())
              : null;
      if (provider == null) {
        last = jwt.status() == JwtStatus.OK ? JwtStatus.UNKNOWN_ISSUER : jwt.status();
      } else {
        last = noted(one(token, jwt, ring.of(provider), provider.audiences(), false), provider);
      }
      if (last != JwtStatus.OK && !optional.allowFailed()) {
        return last;
      }
    }
    return last == JwtStatus.MISSING || optional.allowFailed() ? JwtStatus.OK : last;
  }

  private JwtStatus one(
      FoundToken token, Jwt jwt, ProviderKeys keys, List<String> audiences, boolean known) {
    JwtProvider provider = keys.provider();
    JwtStatus status =
        jwt.status() == JwtStatus.OK ? claims(jwt, provider, audiences) : jwt.status();
    if (status == JwtStatus.OK && !known) {
      status = signature(jwt, keys);
    }
    if (status == JwtStatus.OK && !trial) {
      accept(token, jwt, provider);
    }
    return status;
  }

  private JwtStatus claims(Jwt jwt, JwtProvider provider, List<String> audiences) {
    long now = ring.epochSeconds();
    long skew = provider.clockSkewSeconds();
    if (now + skew < jwt.notBefore()) {
      return JwtStatus.NOT_YET_VALID;
    }
    if (jwt.expires() > 0 && now - skew > jwt.expires()) {
      return JwtStatus.EXPIRED;
    }
    if (provider.subjects() != null && !provider.subjects().matches(jwt.subject())) {
      return JwtStatus.VERIFICATION_FAILS;
    }
    if (provider.maxLifetimeSeconds() > 0
        ? jwt.expires() == 0 || jwt.expires() - now > provider.maxLifetimeSeconds()
        : provider.requireExpiration() && jwt.expires() == 0) {
      return JwtStatus.VERIFICATION_FAILS;
    }
    return JwtProvider.allowed(audiences, jwt.audiences())
        ? JwtStatus.OK
        : JwtStatus.AUDIENCE_NOT_ALLOWED;
  }

  private JwtStatus signature(Jwt jwt, ProviderKeys keys) {
    Jwks usable = keys.usable();
    if (usable == null && keys.fetch() != null) {
      int index = asked.indexOf(keys);
      if (index >= 0) {
        Jwks answer = answers.get(index);
        usable = answer == null ? keys.lastResort() : answer;
        if (usable == null) {
          return JwtStatus.FETCH_FAILED;
        }
      } else if (trial) {
        missing = keys;
        return JwtStatus.FETCH_FAILED;
      }
    }
    if (usable == null) {
      return JwtStatus.NO_VALID_KEYS;
    }
    return ring.signatures().check(jwt, usable);
  }

  private void accept(FoundToken token, Jwt jwt, JwtProvider provider) {
    boolean told = ClaimHeaders.add(provider, jwt, request);
    if (!provider.forward()) {
      token.remove(request);
    }
    if (!provider.headerKey().isEmpty()) {
      note(provider.headerKey(), jwt.header());
    }
    if (!provider.payloadKey().isEmpty()) {
      note(provider.payloadKey(), ClaimHeaders.normalized(provider, jwt.payload()));
    }
    routeCleared |= provider.clearRoute() && (told || !provider.payloadKey().isEmpty());
  }

  private JwtStatus noted(JwtStatus status, JwtProvider provider) {
    if (status != JwtStatus.OK && !trial && !provider.failureKey().isEmpty()) {
      note(
          provider.failureKey(),
          Struct.newBuilder()
              .putFields("code", Value.newBuilder().setNumberValue(status.code()).build())
              .putFields("message", Value.newBuilder().setStringValue(status.text()).build())
              .build());
    }
    return status;
  }

  private void note(String key, Struct fields) {
    Struct.Builder all = notes == null ? Struct.newBuilder() : notes;
    all.putFields(key, Value.newBuilder().setStructValue(fields).build());
    notes = all;
  }
}
