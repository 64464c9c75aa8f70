package io.outrigger.filter.testkit;

import io.outrigger.filter.Decision;
import io.outrigger.filter.RequestHead;
import io.outrigger.filter.ResponseHead;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a filter made of an exchange. */
public final class Outcome {
  private final Decision decision;
  private final RequestHead request;
  private final String requestBody;
  private final ResponseHead response;
  private final String responseBody;
  private final TrialContext context;

  Outcome(
      Decision decision,
      RequestHead request,
      String requestBody,
      ResponseHead response,
      String responseBody,
      TrialContext context) {
    this.decision = decision;
    this.request = request;
    this.requestBody = requestBody;
    this.response = response;
    this.responseBody = responseBody;
    this.context = context;
  }

  public Decision decision() {
    return decision;
  }

  /** The request as the upstream would get it. */
  public RequestHead request() {
    return request;
  }

  public String requestBody() {
    return requestBody;
  }

  /** The response as the client would get it. */
  public ResponseHead response() {
    return response;
  }

  public String responseBody() {
    return responseBody;
  }

  /** How often the filter counted this. */
  public int counted(String key) {
    return context.counts.getOrDefault(key, 0);
  }

  public @Nullable String noted(String namespace, String key) {
    return context.metadata(namespace, key);
  }

  /** What the filter wrote to the log. */
  public List<String> log() {
    return List.copyOf(context.lines);
  }

  /** All that was counted. */
  public Map<String, Integer> counts() {
    return Map.copyOf(context.counts);
  }
}
