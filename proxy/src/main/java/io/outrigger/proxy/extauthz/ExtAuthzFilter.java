package io.outrigger.proxy.extauthz;

import com.google.protobuf.ByteString;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.netty.buffer.ByteBuf;
import io.outrigger.config.extauthz.AuthService;
import io.outrigger.config.extauthz.BodyBuffer;
import io.outrigger.config.filter.ExtAuthzConfig;
import io.outrigger.config.filter.ExtAuthzRoute;
import io.outrigger.config.http.HeaderName;
import io.outrigger.config.http.Headers;
import io.outrigger.config.metadata.MetadataMatcher;
import io.outrigger.proxy.accesslog.ResponseFlag;
import io.outrigger.proxy.cluster.WorkerCluster;
import io.outrigger.proxy.http.Exchange;
import io.outrigger.proxy.http.HeaderChange;
import io.outrigger.proxy.http.HttpFilter;
import io.outrigger.proxy.http.Verdict;
import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** envoy.filters.http.ext_authz: a request waits until a service has said whether it goes on. */
final class ExtAuthzFilter implements HttpFilter, Check.Listener {
  private static final String NAMESPACE = "envoy.filters.http.ext_authz";
  private static final HeaderName FAILURE_ALLOWED =
      HeaderName.of("x-envoy-auth-failure-mode-allowed");
  private static final long NANOS_A_MILLI = 1_000_000;
  private static final int INTERNAL_ERROR = 500;

  private final ExtAuthzFilterFactory factory;
  private final ExtAuthzConfig config;
  private final @Nullable ExtAuthzRoute route;
  private final @Nullable BodyBuffer body;
  private final Exchange exchange;
  private @Nullable ByteArrayOutputStream collected;
  private boolean collecting;
  private boolean tooLong;
  private long held;
  private @Nullable Check check;
  private long askedNanos;
  private List<HeaderChange> ofResponse = List.of();

  ExtAuthzFilter(ExtAuthzFilterFactory factory, @Nullable ExtAuthzRoute route, Exchange exchange) {
    this.factory = factory;
    this.config = factory.config();
    this.route = route;
    this.exchange = exchange;
    this.body = bodySettings(config, route);
  }

  private static @Nullable BodyBuffer bodySettings(
      ExtAuthzConfig config, @Nullable ExtAuthzRoute route) {
    if (route == null) {
      return config.body();
    }
    BodyBuffer own = route.body();
    if (route.withoutBody() || own == null) {
      return route.withoutBody() ? null : config.body();
    }
    boolean asBytes = config.body() != null && config.body().asBytes(); // a route can't change that
    return new BodyBuffer(own.maxBytes(), own.partial(), asBytes);
  }

  @Override
  public boolean touchesBodies() {
    return true; // what comes while the service is asked is held, up to a bound
  }

  @Override
  public Verdict onRequestHeaders(Exchange same, Headers headers, boolean endStream) {
    if (!isEnabled()) {
      factory.stats().disabled.inc(cell());
      return config.denyWhenOff() != null && config.denyWhenOff().holds()
          ? refusal(config.statusOnError(), "ext_authz_error")
          : Verdict.CONTINUE;
    }
    if (body != null && !endStream && !exchange.isWebSocket()) {
      collecting = true;
      collected = new ByteArrayOutputStream();
      return Verdict.COLLECT;
    }
    ask();
    return Verdict.COLLECT;
  }

  private boolean isEnabled() {
    MetadataMatcher matcher = config.enabledMetadata();
    return config.enabled().admits(exchange.random())
        && (matcher == null
            || matcher.matches(exchange.dynamicMetadata(matcher.namespace(), matcher.path())));
  }

  private static Verdict.Reply refusal(int status, String details) {
    return new Verdict.Reply(status, "", details, ResponseFlag.UAEX, -1);
  }

  @Override
  public ByteBuf onRequestData(Exchange same, ByteBuf data, boolean endStream) {
    ByteArrayOutputStream whole = collected;
    if (!collecting || body == null || whole == null) {
      held += check == null ? 0 : data.readableBytes();
      if (held > exchange.downstream().bufferLimit()) {
        exchange.filters().pauseClient();
      }
      return data;
    }
    int room = body.maxBytes() - whole.size();
    int taken = Math.min(room, data.readableBytes());
    for (int i = 0; i < taken; i++) {
      whole.write(data.getByte(data.readerIndex() + i));
    }
    tooLong = data.readableBytes() > room;
    if (tooLong && !body.partial()) {
      collecting = false;
      exchange.refuseBody();
    } else if (tooLong || endStream) {
      if (!endStream) {
        exchange.filters().pauseClient();
      }
      ask();
    }
    return data;
  }

  @Override
  public boolean onRequestTrailers(Exchange same, Headers trailers) {
    if (collecting) {
      ask();
    }
    return true;
  }

  private void ask() {
    collecting = false;
    CheckQuestion.CollectedBody sent = null;
    ByteArrayOutputStream whole = collected;
    if (body != null && whole != null) {
      ByteString bytes = ByteString.copyFrom(whole.toByteArray());
      sent = new CheckQuestion.CollectedBody(body, bytes, tooLong);
    }
    collected = null;
    askedNanos = factory.worker().nanos();
    AuthService service = config.service();
    if (service instanceof AuthService.Grpc grpc) {
      Map<String, String> extensions = route == null ? Map.of() : route.contextExtensions();
      check =
          GrpcCheck.start(
              factory.worker(),
              exchange.scope().clusters(),
              grpc,
              CheckQuestion.of(exchange, config, factory.labels(exchange), extensions, sent),
              this);
    } else if (service instanceof AuthService.Http http) {
      check =
          HttpCheck.start(
              exchange,
              http,
              CheckQuestion.headers(exchange.request(), config, sent),
              sent == null ? new byte[0] : sent.bytes().toByteArray(),
              this);
    }
  }

  @Override
  public void onAnswer(CheckAnswer answer) {
    check = null;
    if (config.validateMutations()
        && (answer.invalid()
            || !HeaderChanges.areValid(answer.request())
            || !HeaderChanges.areValid(answer.response()))) {
      invalid();
      return;
    }
    note(answer);
    switch (answer.kind()) {
      case OK -> accepted(answer);
      case DENIED -> denied(answer);
      case ERROR -> failed();
    }
  }

  private void note(CheckAnswer answer) {
    Struct noted = answer.metadata();
    if (noted.getFieldsCount() == 0) {
      return;
    }
    if (!config.dynamicMetadata()) {
      factory.stats().ignoredDynamicMetadata.inc(cell());
      return;
    }
    if (answer.kind() == CheckAnswer.Kind.OK) {
      long millis = (factory.worker().nanos() - askedNanos) / NANOS_A_MILLI;
      noted =
          noted.toBuilder()
              .putFields(
                  "ext_authz_duration", Value.newBuilder().setNumberValue((double) millis).build())
              .build();
    }
    exchange.metadata().put(NAMESPACE, noted);
  }

  private void accepted(CheckAnswer answer) {
    Headers headers = exchange.request();
    if (!HeaderChanges.request(answer, headers, config.rules())) {
      invalid();
      return;
    }
    QueryChanges.apply(answer, headers);
    ofResponse = answer.response();
    count("ok");
    factory.stats().ok.inc(cell());
    if (config.clearRouteCache() && answer.changesRequest()) {
      exchange.resumeRouted();
    } else {
      exchange.resume();
    }
  }

  private void denied(CheckAnswer answer) {
    factory.stats().denied.inc(cell());
    WorkerCluster cluster = cluster();
    if (cluster != null) {
      factory.stats().of(cluster).count("denied", cell());
      if (config.chargeCluster()) {
        cluster.stats().responses().count(cell(), answer.status());
      }
    }
    exchange.reply(
        answer.status(),
        answer.body(),
        "ext_authz_denied",
        ResponseFlag.UAEX,
        head -> HeaderChanges.denial(answer.response(), head));
  }

  private void failed() {
    factory.stats().error.inc(cell());
    count("error");
    if (config.failureModeAllow()) {
      factory.stats().failureModeAllowed.inc(cell());
      count("failure_mode_allowed");
      if (config.failureModeHeader()) {
        exchange.request().add(FAILURE_ALLOWED, "true");
      }
      exchange.resume();
    } else {
      exchange.reply(config.statusOnError(), "", "ext_authz_error", ResponseFlag.UAEX, -1);
    }
  }

  private void invalid() {
    factory.stats().invalid.inc(cell());
    exchange.reply(INTERNAL_ERROR, "", "ext_authz_invalid", ResponseFlag.UAEX, -1);
  }

  private void count(String name) {
    WorkerCluster cluster = cluster();
    if (cluster != null) {
      factory.stats().of(cluster).count(name, cell());
    }
  }

  private @Nullable WorkerCluster cluster() {
    String name = exchange.upstreamCluster();
    return name == null ? null : exchange.scope().clusters().get(name);
  }

  private int cell() {
    return factory.worker().index();
  }

  @Override
  public void onResponseHeaders(Exchange same, Headers headers, boolean endStream) {
    HeaderChanges.apply(ofResponse, headers);
  }

  @Override
  public void onDone(Exchange same) {
    Check open = check;
    check = null;
    if (open != null) {
      open.cancel();
    }
  }
}
