package io.outrigger.proxy.extauthz;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.outrigger.config.extauthz.AuthService;
import io.outrigger.config.http.HeaderName;
import io.outrigger.config.http.Headers;
import io.outrigger.config.match.StringMatcher;
import io.outrigger.proxy.call.HttpCall;
import io.outrigger.proxy.cluster.WorkerCluster;
import io.outrigger.proxy.http.Exchange;
import io.outrigger.proxy.http.HeaderChange;
import io.outrigger.proxy.worker.Worker;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A request to an authorization server that speaks HTTP: 200 lets the request go on. */
final class HttpCheck implements Check, HttpCall.Result {
  private static final HeaderName TO_REMOVE = HeaderName.of("x-envoy-auth-headers-to-remove");
  private static final String SERVICE_TIME = HeaderName.X_ENVOY_UPSTREAM_SERVICE_TIME.text();
  private static final int MAX_BODY = 1 << 20;
  private static final int OK = 200;
  private static final int SERVER_ERROR = 500;

  private final AuthService.Http service;
  private final Worker worker;
  private final Listener listener;
  private @Nullable HttpCall call;
  private final long startNanos;
  private boolean starting = true;
  private boolean done;

  private HttpCheck(AuthService.Http service, Worker worker, Listener listener) {
    this.service = service;
    this.worker = worker;
    this.listener = listener;
    this.startNanos = worker.nanos();
  }

  static Check start(
      Exchange exchange,
      AuthService.Http service,
      Map<String, String> headers,
      byte[] body,
      Listener listener) {
    Worker worker = exchange.worker();
    HttpCheck check = new HttpCheck(service, worker, listener);
    WorkerCluster cluster = exchange.scope().clusters().get(service.cluster());
    if (cluster == null) {
      check.finish(CheckAnswer.ERROR);
    } else {
      check.call =
          new HttpCall(
              worker, cluster, check.head(exchange, cluster, headers, body), body, MAX_BODY, check);
      check.call.start(service.timeoutMillis());
    }
    check.starting = false;
    return check;
  }

  private Headers head(
      Exchange exchange, WorkerCluster cluster, Map<String, String> headers, byte[] body) {
    Headers head =
        HttpCall.head(
            worker,
            cluster,
            headers.getOrDefault(":method", "GET"),
            headers.getOrDefault(":authority", cluster.config().name()),
            service.pathPrefix() + headers.getOrDefault(":path", "/"));
    head.addLong(HeaderName.CONTENT_LENGTH, body.length);
    for (Map.Entry<String, String> header : headers.entrySet()) {
      if (header.getKey().charAt(0) != ':' && !header.getKey().equals("content-length")) {
        head.add(header.getKey(), header.getValue());
      }
    }
    head.add(HeaderName.X_ENVOY_INTERNAL, "true");
    head.addLong(HeaderName.X_ENVOY_EXPECTED_RQ_TIMEOUT_MS, service.timeoutMillis());
    exchange.scope().mutator().apply(service.headersToAdd(), head, exchange);
    return head;
  }

  @Override
  public void cancel() {
    done = true;
    if (call != null) {
      call.cancel();
    }
  }

  private void finish(CheckAnswer answer) {
    if (starting) {
      worker.loop().execute(() -> finishNow(answer)); // the caller has yet to get hold of it
    } else {
      finishNow(answer);
    }
  }

  private void finishNow(CheckAnswer answer) {
    if (!done) {
      done = true;
      listener.onAnswer(answer);
    }
  }

  @Override
  public void onFailure(HttpCall.Failure failure) {
    finish(CheckAnswer.ERROR);
  }

  @Override
  public void onResponse(int status, Headers response, byte[] body) {
    if (status >= SERVER_ERROR) {
      finish(CheckAnswer.ERROR);
      return;
    }
    List<HeaderChange> request = new ArrayList<>();
    List<HeaderChange> client = new ArrayList<>();
    List<String> removed = new ArrayList<>();
    Struct.Builder metadata = Struct.newBuilder();
    if (status != OK && service.client() == null) {
      client.add(new HeaderChange(SERVICE_TIME, millis(), HeaderChange.Action.ADD));
    }
    for (int slot = 0; slot < response.slots(); slot++) {
      if (!response.isLive(slot) || response.data()[response.nameOffset(slot)] == ':') {
        continue;
      }
      String name = response.nameText(slot);
      String value = response.value(slot);
      if (status != OK) {
        if (service.client() == null || matches(service.client(), name)) {
          client.add(new HeaderChange(name, value, HeaderChange.Action.ADD));
        }
      } else if (name.equals(TO_REMOVE.text())) {
        for (String each : value.split(",", -1)) {
          removed.add(each.strip().toLowerCase(Locale.ROOT));
        }
      } else {
        if (matches(service.upstream(), name)) {
          request.add(new HeaderChange(name, value, HeaderChange.Action.SET));
        }
        if (matches(service.upstreamAppended(), name)) {
          request.add(new HeaderChange(name, value, HeaderChange.Action.ADD));
        }
        if (matches(service.clientOnSuccess(), name)) {
          client.add(new HeaderChange(name, value, HeaderChange.Action.ADD));
        }
      }
      if (matches(service.metadata(), name)) {
        metadata.putFields(name, Value.newBuilder().setStringValue(value).build());
      }
    }
    finish(
        new CheckAnswer(
            status == OK ? CheckAnswer.Kind.OK : CheckAnswer.Kind.DENIED,
            status,
            status == OK ? "" : new String(body, StandardCharsets.UTF_8),
            request,
            removed,
            client,
            List.of(),
            List.of(),
            metadata.build(),
            false));
  }

  private String millis() {
    return Long.toString(TimeUnit.NANOSECONDS.toMillis(worker.nanos() - startNanos));
  }

  private static boolean matches(@Nullable List<StringMatcher> matchers, String name) {
    for (int i = 0; matchers != null && i < matchers.size(); i++) {
      if (matchers.get(i).matches(name)) {
        return true;
      }
    }
    return false;
  }
}
