package io.outrigger.control.apiserver;

import io.fabric8.kubernetes.api.model.authentication.TokenReview;
import io.fabric8.kubernetes.api.model.authentication.TokenReviewBuilder;
import io.fabric8.kubernetes.api.model.authentication.TokenReviewStatus;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.outrigger.identity.TokenVerdict;
import io.outrigger.identity.TokenVerifier;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Asks the API server whose a service account's token is, and whether it was made for this mesh.
 * Blocks the calling thread; no answer is kept, so that a revoked token ends at once.
 */
public final class TokenReviews implements TokenVerifier {
  /** The audience that sidecars' tokens are made for, as in Istio. */
  public static final String AUDIENCE = "istio-ca";

  private static final String BEARER = "Bearer ";
  private static final String ACCOUNT = "system:serviceaccount:";

  private final KubernetesClient client;

  public TokenReviews(KubernetesClient client) {
    this.client = client;
  }

  @Override
  public TokenVerdict verify(@Nullable String authorization) {
    if (authorization == null
        || !authorization.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
      return new TokenVerdict.Refused("no bearer token came; the API server must vouch for one");
    }
    TokenReview question =
        new TokenReviewBuilder()
            .withNewSpec()
            .withToken(authorization.substring(BEARER.length()).strip())
            .withAudiences(AUDIENCE)
            .endSpec()
            .build();
    TokenReviewStatus status;
    try {
      status = client.tokenReviews().create(question).getStatus();
    } catch (KubernetesClientException e) {
      return new TokenVerdict.Unavailable(
          "the API server can't be asked whose the token is: " + e.getMessage());
    }
    if (status == null || !Boolean.TRUE.equals(status.getAuthenticated())) {
      String error = status == null || status.getError() == null ? "" : ": " + status.getError();
      return new TokenVerdict.Refused("the API server doesn't vouch for the token" + error);
    }
    if (!List.of(AUDIENCE).equals(status.getAudiences())) {
      return new TokenVerdict.Refused(
          "the token is for " + status.getAudiences() + "; must be for [" + AUDIENCE + "]");
    }
    String user = status.getUser().getUsername();
    String[] words = user.split(":", -1);
    if (!user.startsWith(ACCOUNT) || words.length != 4) {
      return new TokenVerdict.Refused("the token is " + user + "'s; must be a service account's");
    }
    return new TokenVerdict.Accepted(words[2], words[3], Instant.MAX);
  }
}
