package io.outrigger.proxy.extproc;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.envoyproxy.envoy.service.ext_proc.v3.HeaderMutation;
import io.envoyproxy.envoy.service.ext_proc.v3.ImmediateResponse;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingRequest;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingResponse;
import io.netty.buffer.ByteBuf;
import io.outrigger.config.cel.Attribute;
import io.outrigger.config.filter.ExtProcConfig;
import io.outrigger.config.filter.ExtProcMode;
import io.outrigger.config.filter.ExtProcRoute;
import io.outrigger.config.http.Headers;
import io.outrigger.config.source.GrpcService;
import io.outrigger.config.source.TelemetryService;
import io.outrigger.proxy.attributes.EntryAttributes;
import io.outrigger.proxy.http.Exchange;
import io.outrigger.proxy.http.HttpFilter;
import io.outrigger.proxy.http.Verdict;
import io.outrigger.proxy.worker.Worker;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * envoy.filters.http.ext_proc: a request and its response wait for what a service makes of them, on
 * one stream.
 */
final class ExtProcFilter implements HttpFilter, Processor.Listener {
  private static final String NAME = "envoy.filters.http.ext_proc";
  private static final int INTERNAL_ERROR = 500;
  private static final int GATEWAY_TIMEOUT = 504;

  private final ExtProcFilterFactory factory;
  private final ExtProcConfig config;
  private final @Nullable ExtProcRoute route;
  private final Exchange exchange;
  private final Processing request;
  private final Processing response;
  private final Processor processor;
  private boolean responded;
  private boolean toldProtocol;
  private boolean over;
  private boolean done;

  ExtProcFilter(ExtProcFilterFactory factory, @Nullable ExtProcRoute route, Exchange exchange) {
    this.factory = factory;
    this.config = factory.config();
    this.route = route;
    this.exchange = exchange;
    ExtProcMode own = route == null ? null : route.mode();
    ExtProcMode mode = own == null ? config.mode() : own;
    int limit = exchange.downstream().bufferLimit();
    this.request = new Processing(this, new RequestSide(this, exchange), limit, mode.request());
    this.response = new Processing(this, new ResponseSide(this, exchange), limit, mode.response());
    TelemetryService.Http http = config.http();
    GrpcService service =
        route != null && route.service() != null ? route.service() : config.service();
    this.processor =
        http == null
            ? new GrpcProcessor(
                factory.worker(),
                exchange.scope().clusters(),
                service,
                route,
                factory.stats(),
                this)
            : new HttpProcessor(
                factory.worker(), exchange.scope().clusters(), http, factory.stats(), this);
  }

  // ---- what passes ----

  @Override
  public boolean touchesBodies() {
    return true; // and only such a filter may hold up what passes
  }

  @Override
  public Verdict onRequestHeaders(Exchange same, Headers headers, boolean endStream) {
    return request.onHead(headers, endStream) ? Verdict.COLLECT : Verdict.CONTINUE;
  }

  @Override
  public @Nullable ByteBuf onRequestData(Exchange same, ByteBuf data, boolean endStream) {
    return request.onData(data, endStream);
  }

  @Override
  public boolean onRequestTrailers(Exchange same, Headers trailers) {
    return request.onTrailers(trailers);
  }

  @Override
  public void onResponseHeaders(Exchange same, Headers headers, boolean endStream) {
    if (responded) { // a reply has taken the place of the response
      response.giveUp();
      close();
    }
    responded = true;
    if (over) {
      return;
    }
    if (response.onHead(headers, endStream)) {
      exchange.filters().response().pause();
    }
  }

  @Override
  public @Nullable ByteBuf onResponseData(Exchange same, ByteBuf data, boolean endStream) {
    return response.onData(data, endStream);
  }

  @Override
  public boolean passesResponseTrailers(Exchange same, Headers trailers) {
    return response.onTrailers(trailers);
  }

  // ---- what is said to the service ----

  ProcessingRequest.Builder message() {
    List<String> forwarded =
        route != null && route.forwarded() != null ? route.forwarded() : config.forwarded();
    ProcessingRequest.Builder message = ProcMessages.request(exchange, forwarded);
    if (config.observes()) {
      message.setObservabilityMode(true);
    } else if (!toldProtocol) {
      toldProtocol = true;
      message.setProtocolConfig(
          ProcMessages.protocol(request.mode(), response.mode(), config.bodyBeforeAnswer()));
    }
    return message;
  }

  void putAttributes(ProcessingRequest.Builder message, List<Attribute> attributes) {
    if (!attributes.isEmpty()) {
      message.putAttributes(
          NAME, ProcMessages.attributes(new EntryAttributes(exchange), attributes));
    }
  }

  void send(ProcessingRequest.Builder message) {
    processor.send(message.build());
  }

  // ---- what the service says ----

  @Override
  public void onAnswer(ProcessingResponse said) {
    if (over || config.observes()) {
      return;
    }
    if (said.hasOverrideMessageTimeout()) {
      extend(said);
      return;
    }
    if (said.hasModeOverride()
        && config.allowOverride()
        && (request.waitsForHead() || response.waitsForHead())) {
      override(config.mode().overriddenBy(said.getModeOverride()));
    }
    Refusal refusal = handle(said);
    if (refusal == null) {
      stats().received.inc(cell());
      closeIfFinished();
    } else if (refusal.isSpurious()) {
      stats().spurious.inc(cell());
      failOrGoOn(INTERNAL_ERROR, refusal.details());
    } else {
      stats().received.inc(cell());
      fail(INTERNAL_ERROR, refusal.details());
    }
  }

  private void override(ExtProcMode wanted) {
    List<ExtProcMode> allowed = config.allowedOverrides();
    boolean follows = allowed.isEmpty();
    for (int i = 0, size = allowed.size(); i < size; i++) {
      follows |= wanted.followsAs(allowed.get(i));
    }
    if (follows) {
      request.mode(wanted.request());
      response.mode(wanted.response());
    }
  }

  private @Nullable Refusal handle(ProcessingResponse said) {
    switch (said.getResponseCase()) {
      case REQUEST_HEADERS -> {
        note(said.getDynamicMetadata());
        return request.onHeadAnswer(said.getRequestHeaders().getResponse());
      }
      case RESPONSE_HEADERS -> {
        note(said.getDynamicMetadata());
        return response.onHeadAnswer(said.getResponseHeaders().getResponse());
      }
      case REQUEST_BODY -> {
        note(said.getDynamicMetadata());
        return request.onBodyAnswer(said.getRequestBody().getResponse());
      }
      case RESPONSE_BODY -> {
        note(said.getDynamicMetadata());
        return response.onBodyAnswer(said.getResponseBody().getResponse());
      }
      case REQUEST_TRAILERS -> {
        note(said.getDynamicMetadata());
        return request.onTrailersAnswer(said.getRequestTrailers().getHeaderMutation());
      }
      case RESPONSE_TRAILERS -> {
        note(said.getDynamicMetadata());
        return response.onTrailersAnswer(said.getResponseTrailers().getHeaderMutation());
      }
      case IMMEDIATE_RESPONSE -> {
        if (config.disableImmediate()) {
          return Refusal.spurious("unhandled immediate response due to config disabled it");
        }
        note(said.getDynamicMetadata());
        immediate(said.getImmediateResponse());
        return null;
      }
      case RESPONSE_NOT_SET -> {
        return Refusal.spurious("unhandled message");
      }
    }
    return Refusal.spurious("unhandled message");
  }

  /** Once a message, and up to the limit, the service may ask for more time. */
  private void extend(ProcessingResponse said) {
    var wanted = said.getOverrideMessageTimeout();
    long millis = wanted.getSeconds() * 1000 + wanted.getNanos() / 1_000_000;
    boolean allowed = millis >= 1 && millis <= config.maxTimeoutMillis();
    if (allowed) {
      boolean ofRequest = request.extend(millis);
      allowed = response.extend(millis) || ofRequest;
    }
    (allowed ? stats().timeoutReceived : stats().timeoutIgnored).inc(cell());
  }

  private void note(Struct metadata) {
    List<String> received =
        route != null && route.received() != null ? route.received() : config.received();
    for (int i = 0, size = received.size(); i < size; i++) {
      Value value = metadata.getFieldsMap().get(received.get(i));
      if (value != null && value.hasStructValue()) {
        exchange.metadata().put(received.get(i), value.getStructValue());
      }
    }
  }

  /** Changes headers as the service says; what the rules don't allow is counted. */
  @Nullable Refusal mutate(
      HeaderMutation said, Headers headers, boolean replaces, boolean dropsLength) {
    int rejected = ProcMessages.apply(said, headers, config.rules(), replaces, dropsLength);
    for (int i = 0; i < rejected; i++) {
      stats().rejectedMutations.inc(cell());
    }
    return rejected > 0 && config.rules().disallowIsError()
        ? Refusal.error("ext_proc_error_header_mutation_failed")
        : null;
  }

  private void immediate(ImmediateResponse said) {
    close();
    stats().immediateResponses.inc(cell());
    int status = said.getStatus().getCodeValue();
    exchange.reply(
        status == 0 ? 200 : status,
        said.getBody().toStringUtf8(),
        said.getDetails().replace(' ', '_'),
        null,
        said.hasGrpcStatus() ? said.getGrpcStatus().getStatus() : -1,
        head -> ProcMessages.apply(said.getHeaders(), head, config.rules(), false, false));
  }

  // ---- how it ends ----

  @Override
  public void onEnd() {
    over = true;
    goOn();
  }

  @Override
  public void onFailure(String details) {
    if (mayGoOn()) {
      stats().streamsClosed.inc(cell());
    }
    failOrGoOn(INTERNAL_ERROR, details);
  }

  @Override
  public void onError(String details) {
    failOrGoOn(INTERNAL_ERROR, details);
  }

  @Override
  public void onWritable() {
    if (!over) {
      request.onWritable();
      response.onWritable();
    }
  }

  /** Whether the service takes more. */
  boolean isWritable() {
    return processor.isWritable();
  }

  void onTimeout() {
    stats().messageTimeouts.inc(cell());
    failOrGoOn(GATEWAY_TIMEOUT, "ext_proc_error_per-message_timeout_exceeded");
  }

  private void failOrGoOn(int status, String details) {
    if (mayGoOn()) {
      close();
      stats().failureModeAllowed.inc(cell());
      goOn();
    } else {
      fail(status, details);
    }
  }

  /** Whether it is so configured, and all is there that would go on. */
  private boolean mayGoOn() {
    return config.failureModeAllow() && !request.hasGivenAway() && !response.hasGivenAway();
  }

  /** What waits goes on as it is. */
  private void goOn() {
    request.goOnUnprocessed();
    if (!done) {
      response.goOnUnprocessed();
    }
  }

  private void fail(int status, String details) {
    close();
    stats().immediateResponses.inc(cell()); // as Envoy counts its own
    exchange.reply(status, "", details.replace(' ', '_'), null, -1);
  }

  /** The service isn't kept once it has said all that it can say. */
  private void closeIfFinished() {
    if (!done && (response.isFinished() || (request.isFinished() && response.mode().isNothing()))) {
      close();
    }
  }

  private void close() {
    over = true;
    request.stop();
    response.stop();
    processor.close();
  }

  @Override
  public void onDone(Exchange same) {
    done = true;
    request.release();
    response.release();
    if (config.observes() && !over) {
      processor.closeLater(config.deferredCloseMillis());
    } else {
      close();
    }
    over = true;
  }

  // ---- for its two sides ----

  /** Whether the service has no more part in it. */
  boolean isOver() {
    return over;
  }

  /** Whether the exchange has ended. */
  boolean isDone() {
    return done;
  }

  ExtProcConfig config() {
    return config;
  }

  ProcStats stats() {
    return factory.stats();
  }

  Worker worker() {
    return factory.worker();
  }

  int cell() {
    return factory.worker().index();
  }
}
