package io.outrigger.config.extauthz;

import io.outrigger.config.match.StringMatcher;
import io.outrigger.config.route.HeaderMutations;
import io.outrigger.config.source.GrpcService;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The service that is asked, behind a cluster. */
public sealed interface AuthService {
  /** The name of the cluster. */
  String cluster();

  long timeoutMillis();

  /** envoy.service.auth.v3.Authorization. */
  record Grpc(GrpcService service, long timeoutMillis) implements AuthService {
    @Override
    public String cluster() {
      return service.cluster();
    }
  }

  /**
   * A request for each question, whose status is the answer.
   *
   * @param upstream headers of the answer that replace the request's
   * @param upstreamAppended headers of the answer that are appended to the request's
   * @param client headers of a denial that the client gets; null: all
   * @param clientOnSuccess headers of the answer that the response gets
   * @param metadata headers of the answer that are noted as dynamic metadata
   */
  record Http(
      String cluster,
      String pathPrefix,
      long timeoutMillis,
      HeaderMutations headersToAdd,
      List<StringMatcher> upstream,
      List<StringMatcher> upstreamAppended,
      @Nullable List<StringMatcher> client,
      List<StringMatcher> clientOnSuccess,
      List<StringMatcher> metadata)
      implements AuthService {}
}
