package io.outrigger.control.istio;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Conditions on a request, all of which must hold. */
public record HttpMatch(
    @Nullable String name,
    @Nullable StringMatch uri,
    boolean ignoreUriCase,
    @Nullable StringMatch scheme,
    @Nullable StringMatch method,
    @Nullable StringMatch authority,
    Map<String, StringMatch> headers,
    Map<String, StringMatch> withoutHeaders,
    Map<String, StringMatch> queryParams,
    @Nullable Integer port,
    Map<String, String> sourceLabels,
    @Nullable String sourceNamespace,
    List<String> gateways,
    @Nullable String statPrefix) {

  /** Matches every request: what a route without a match means. */
  public static final HttpMatch ALL =
      new HttpMatch(
          null, null, false, null, null, null, Map.of(), Map.of(), Map.of(), null, Map.of(), null,
          List.of(), null);

  /** A header without a pattern must only be present. */
  public static final StringMatch PRESENT = new StringMatch.Regex("*");

  /** The same match for requests to that port alone. */
  public HttpMatch onPort(int number) {
    return new HttpMatch(
        name,
        uri,
        ignoreUriCase,
        scheme,
        method,
        authority,
        headers,
        withoutHeaders,
        queryParams,
        number,
        sourceLabels,
        sourceNamespace,
        gateways,
        statPrefix);
  }

  /** Whether no request can fail this match: nothing after it in its VirtualService is reached. */
  public boolean catchAll() {
    boolean anyUri =
        uri == null
            || (uri instanceof StringMatch.Prefix prefix && prefix.value().equals("/"))
            || (uri instanceof StringMatch.PathPrefix prefix && prefix.value().equals("/"))
            || (uri instanceof StringMatch.Regex regex
                && (regex.value().equals("*") || regex.value().equals(".*")));
    return anyUri
        && scheme == null
        && method == null
        && authority == null
        && headers.isEmpty()
        && withoutHeaders.isEmpty()
        && queryParams.isEmpty()
        && port == null
        && sourceLabels.isEmpty()
        && sourceNamespace == null;
  }
}
