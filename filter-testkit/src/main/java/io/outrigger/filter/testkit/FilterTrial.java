package io.outrigger.filter.testkit;

import io.outrigger.filter.Decision;
import io.outrigger.filter.Filter;
import io.outrigger.filter.FilterConfig;
import io.outrigger.filter.FilterConfigException;
import io.outrigger.filter.FilterMaker;
import io.outrigger.filter.FilterProvider;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A configured filter, to be tried on one exchange after the other. */
public final class FilterTrial {
  private final FilterMaker maker;

  private FilterTrial(FilterMaker maker) {
    this.maker = maker;
  }

  /**
   * Configures a filter.
   *
   * @param config as in {@link FilterConfig}: texts, numbers (Double), booleans, lists, maps
   */
  public static FilterTrial of(FilterProvider provider, Map<String, Object> config)
      throws FilterConfigException {
    return new FilterTrial(provider.configure(FilterConfig.of(config)));
  }

  /** Begins an exchange. */
  public Exchange request(String method, String path) {
    return new Exchange(method, path);
  }

  /** One exchange: a request, and what the upstream would answer. */
  public final class Exchange {
    private final TrialHead request = new TrialHead();
    private final TrialHead response = new TrialHead();
    private final TrialContext context = new TrialContext();
    private final List<byte[]> requestBody = new ArrayList<>();
    private final List<byte[]> responseBody = new ArrayList<>();

    private Exchange(String method, String path) {
      request.put(":method", method);
      request.put(":path", path);
      request.put(":authority", "test.example");
      request.put(":scheme", "http");
      response.put(":status", "200");
    }

    public Exchange header(String name, String value) {
      request.put(name, value);
      return this;
    }

    /** One more part of the request's body. */
    public Exchange body(String part) {
      requestBody.add(part.getBytes(StandardCharsets.UTF_8));
      return this;
    }

    /** The client's SPIFFE identity. */
    public Exchange peer(String identity) {
      context.peer = identity;
      return this;
    }

    /** What is noted before the filter's turn. */
    public Exchange note(String namespace, String key, String value) {
      context.note(namespace, key, value);
      return this;
    }

    /** What the upstream answers; 200 unless said. */
    public Exchange answered(int status) {
      response.replace(":status", Integer.toString(status));
      return this;
    }

    public Exchange answeredHeader(String name, String value) {
      response.put(name, value);
      return this;
    }

    /** One more part of the answer's body. */
    public Exchange answeredBody(String part) {
      responseBody.add(part.getBytes(StandardCharsets.UTF_8));
      return this;
    }

    /** Runs the filter on it; what it throws comes through. */
    public Outcome run() {
      Filter filter = maker.newFilter();
      boolean bodies = maker.readsBodies() || maker.writesBodies();
      Decision decision = filter.onRequest(request, requestBody.isEmpty(), context);
      String sent = "";
      String answered = "";
      if (decision.proceeds()) {
        sent = parts(requestBody, bodies ? filter : null, true);
        filter.onResponse(response, responseBody.isEmpty(), context);
        answered = parts(responseBody, bodies ? filter : null, false);
      } else {
        response.clear();
        response.put(":status", Integer.toString(decision.status()));
        decision.headers().forEach(header -> response.put(header.getKey(), header.getValue()));
        filter.onResponse(response, decision.body().isEmpty(), context);
        answered = decision.body();
      }
      filter.onEnd(context);
      return new Outcome(decision, request, sent, response, answered, context);
    }

    private String parts(List<byte[]> parts, @Nullable Filter filter, boolean ofRequest) {
      StringBuilder out = new StringBuilder();
      for (int i = 0; i < parts.size(); i++) {
        TrialPart part = new TrialPart(parts.get(i), i == parts.size() - 1, maker.writesBodies());
        if (filter != null && ofRequest) {
          filter.onRequestBody(part, context);
        } else if (filter != null) {
          filter.onResponseBody(part, context);
        }
        out.append(new String(part.outcome(), StandardCharsets.UTF_8));
      }
      return out.toString();
    }
  }
}
