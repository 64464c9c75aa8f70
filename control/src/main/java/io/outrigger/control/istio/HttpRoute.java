package io.outrigger.control.istio;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One rule of a VirtualService's http list: matches, and what is done with a request.
 *
 * @param source null for a VirtualService; a rule of the Gateway API has the path of its route, and
 *     answers 500 where its destination isn't there
 */
public record HttpRoute(
    @Nullable String name,
    List<HttpMatch> match,
    List<WeightedDestination> route,
    @Nullable HttpRedirect redirect,
    @Nullable DirectResponse directResponse,
    @Nullable HttpRewrite rewrite,
    @Nullable Duration timeout,
    @Nullable HttpRetry retries,
    @Nullable HttpFault fault,
    List<HttpMirror> mirrors,
    @Nullable CorsPolicy corsPolicy,
    HeaderOperations headers,
    @Nullable String source) {

  /** A destination with its share; a single destination has all whatever its weight. */
  public record WeightedDestination(
      Destination destination, int weight, HeaderOperations headers) {}

  /** Answers with a redirect; null leaves that part of the URL as it was. */
  public record HttpRedirect(
      int code,
      @Nullable String scheme,
      @Nullable String authority,
      @Nullable Integer port,
      @Nullable String uri,
      @Nullable RegexRewrite uriRegex,
      boolean derivePort) {
    /** What a uri begins with that stands for the matched prefix alone. */
    public static final String PREFIX = "%PREFIX()%";
  }

  /** Answers at once with this status and body. */
  public record DirectResponse(int status, @Nullable String body) {}

  /** Changes path or host before the request goes on. */
  public record HttpRewrite(
      @Nullable String uri, @Nullable String authority, @Nullable RegexRewrite uriRegex) {}

  /** Replaces what matches in the path; the replacement may name groups as {@code \1}. */
  public record RegexRewrite(String match, String rewrite) {}

  /** Retries; zero attempts turns the default policy off. */
  public record HttpRetry(
      int attempts,
      @Nullable Duration perTryTimeout,
      @Nullable String retryOn,
      @Nullable Boolean retryRemoteLocalities,
      @Nullable Boolean retryIgnorePreviousHosts,
      @Nullable Duration backoff) {}

  /** Faults injected on purpose. */
  public record HttpFault(@Nullable Delay delay, @Nullable Abort abort) {
    /** A delay for that percentage of requests. */
    public record Delay(Duration fixedDelay, double percentage) {}

    /** An abort for that percentage of requests, with an HTTP or a gRPC status. */
    public record Abort(
        @Nullable Integer httpStatus, @Nullable Integer grpcStatus, double percentage) {}
  }

  /** Sends a copy of that percentage of requests elsewhere. */
  public record HttpMirror(Destination destination, double percentage) {}

  /** Cross-origin resource sharing. */
  public record CorsPolicy(
      List<StringMatch> allowOrigins,
      List<String> allowMethods,
      List<String> allowHeaders,
      List<String> exposeHeaders,
      @Nullable Duration maxAge,
      @Nullable Boolean allowCredentials,
      UnmatchedPreflights unmatchedPreflights) {
    /** What becomes of a preflight request whose origin isn't allowed. */
    public enum UnmatchedPreflights {
      UNSPECIFIED,
      FORWARD,
      IGNORE
    }
  }
}
