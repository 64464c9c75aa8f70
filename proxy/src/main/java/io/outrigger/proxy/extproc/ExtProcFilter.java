package io.outrigger.proxy.extproc;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.envoyproxy.envoy.service.ext_proc.v3.HeaderMutation;
import io.envoyproxy.envoy.service.ext_proc.v3.ImmediateResponse;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingRequest;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingResponse;
import io.netty.buffer.ByteBuf;
import io.outrigger.config.filter.ExtProcConfig;
import io.outrigger.config.filter.ExtProcMode;
import io.outrigger.config.filter.ExtProcRoute;
import io.outrigger.config.http.Headers;
import io.outrigger.config.source.GrpcService;
import io.outrigger.proxy.grpc.GrpcRequest;
import io.outrigger.proxy.grpc.GrpcStatus;
import io.outrigger.proxy.grpc.GrpcStream;
import io.outrigger.proxy.grpc.PooledCall;
import io.outrigger.proxy.http.Exchange;
import io.outrigger.proxy.http.HttpFilter;
import io.outrigger.proxy.http.Verdict;
import io.outrigger.proxy.worker.Worker;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * envoy.filters.http.ext_proc: a request and its response wait for what a service makes of them, on
 * one stream.
 */
final class ExtProcFilter implements HttpFilter, GrpcStream.Listener {
  private static final String METHOD = "/envoy.service.ext_proc.v3.ExternalProcessor/Process";
  private static final int INTERNAL_ERROR = 500;
  private static final int GATEWAY_TIMEOUT = 504;

  private final ExtProcFilterFactory factory;
  private final ExtProcConfig config;
  private final @Nullable ExtProcRoute route;
  private final Exchange exchange;
  private final RequestProcessing request;
  private final ResponseProcessing response;
  private @Nullable PooledCall call;
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
    this.request = new RequestProcessing(this, exchange, mode.request());
    this.response = new ResponseProcessing(this, exchange, mode.response());
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
    if (!toldProtocol) {
      toldProtocol = true;
      message.setProtocolConfig(ProcMessages.protocol(request.mode(), response.mode()));
    }
    return message;
  }

  void send(ProcessingRequest.Builder message) {
    PooledCall open = call;
    if (open == null) {
      GrpcService service =
          route != null && route.service() != null ? route.service() : config.service();
      open =
          PooledCall.start(
              factory.worker(), exchange.scope().clusters(), service, request(service), this);
      call = open;
      stats().streamsStarted.inc(cell());
    }
    if (open == null) {
      GrpcStatus status = new GrpcStatus(GrpcStatus.UNAVAILABLE, "Cluster not available");
      factory.worker().loop().execute(() -> onClose(status, null));
      return;
    }
    stats().sent.inc(cell());
    open.send(message.build().toByteArray());
  }

  private GrpcRequest request(GrpcService service) {
    GrpcRequest plain = GrpcRequest.to(service, METHOD, 0);
    if (route == null || route.metadata().isEmpty()) {
      return plain;
    }
    List<GrpcRequest.Metadata> all = new ArrayList<>(plain.metadata());
    for (Map.Entry<String, String> own : route.metadata()) {
      all.removeIf(each -> each.name().equals(own.getKey()));
      all.add(new GrpcRequest.Metadata(own.getKey(), own.getValue()));
    }
    return new GrpcRequest(METHOD, all, 0);
  }

  // ---- what the service says ----

  @Override
  public void onMessage(byte[] bytes) {
    if (over) {
      return;
    }
    ProcessingResponse said;
    try {
      said = ProcessingResponse.parseFrom(bytes);
    } catch (InvalidProtocolBufferException garbage) {
      PooledCall open = call;
      if (open != null) {
        open.cancel();
      }
      onClose(new GrpcStatus(GrpcStatus.INTERNAL, "via_upstream"), null);
      return;
    }
    if (said.hasOverrideMessageTimeout()) {
      extend(said);
      return;
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
  public void onClose(GrpcStatus status, @Nullable Headers trailers) {
    if (over) {
      return;
    }
    over = true;
    call = null;
    if (status.isOk()) {
      stats().streamsClosed.inc(cell());
      goOn();
      return;
    }
    stats().streamsFailed.inc(cell());
    if (config.failureModeAllow()) {
      stats().failureModeAllowed.inc(cell());
      stats().streamsClosed.inc(cell());
      goOn();
    } else {
      String why = trailers == null ? status.message().replace(' ', '_') : "via_upstream";
      fail(INTERNAL_ERROR, "ext_proc_error_gRPC_error_" + status.code() + "{" + why + "}");
    }
  }

  void onTimeout() {
    stats().messageTimeouts.inc(cell());
    failOrGoOn(GATEWAY_TIMEOUT, "ext_proc_error_per-message_timeout_exceeded");
  }

  private void failOrGoOn(int status, String details) {
    if (config.failureModeAllow()) {
      close();
      stats().failureModeAllowed.inc(cell());
      goOn();
    } else {
      fail(status, details);
    }
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
    PooledCall open = call;
    call = null;
    if (open != null) {
      stats().streamsClosed.inc(cell());
      open.halfClose();
      open.cancel();
    }
  }

  @Override
  public void onDone(Exchange same) {
    done = true;
    request.release();
    response.release();
    close();
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
