package io.outrigger.control.istio;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A service of the mesh's settings that authorization policies may ask by its name.
 *
 * @param grpc whether it speaks Envoy's protocol; else it is asked by HTTP
 * @param host of the service
 * @param statusOnError of the answer to a request that it wasn't asked about; 0: 403
 * @param failOpen whether a request that it can't be asked about goes on
 * @param headersInCheck of the request, those that it sees beside method, path and host
 * @param headersUpstream of its answer, those that go on with the request
 * @param headersOnDeny of its answer, those that the client gets; none: all
 * @param headersOnAllow of its answer, those that the client gets with the response
 */
public record ExtensionProvider(
    String name,
    boolean grpc,
    String host,
    int port,
    Duration timeout,
    int statusOnError,
    boolean failOpen,
    boolean clearRouteCache,
    String pathPrefix,
    List<String> headersInCheck,
    Map<String, String> headersAdded,
    List<String> headersUpstream,
    List<String> headersOnDeny,
    List<String> headersOnAllow,
    @Nullable RequestBody body) {

  /** How much of the request's body it is told. */
  public record RequestBody(int maxBytes, boolean allowPartial, boolean packAsBytes) {}
}
