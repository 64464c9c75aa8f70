package io.outrigger.proxy.extproc;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.envoyproxy.envoy.service.ext_proc.v3.CommonResponse;
import io.envoyproxy.envoy.service.ext_proc.v3.ImmediateResponse;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingRequest;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingResponse;
import io.netty.buffer.ByteBuf;
import io.outrigger.config.filter.ExtProcConfig;
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
import io.outrigger.proxy.timeout.Timeout;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** envoy.filters.http.ext_proc: heads wait for what a service makes of them. */
final class ExtProcFilter implements HttpFilter, GrpcStream.Listener {
  private static final String METHOD = "/envoy.service.ext_proc.v3.ExternalProcessor/Process";
  private static final int INTERNAL_ERROR = 500;
  private static final int GATEWAY_TIMEOUT = 504;

  /** What the service has been told and has not answered yet. */
  private enum Waits {
    NOTHING,
    REQUEST,
    RESPONSE
  }

  private final ExtProcFilterFactory factory;
  private final ExtProcConfig config;
  private final @Nullable ExtProcRoute route;
  private final Exchange exchange;
  private final Timeout timeout;
  private Waits waits = Waits.NOTHING;
  private @Nullable PooledCall call;
  private @Nullable Headers response;
  private boolean over;
  private boolean extended;
  private long held;

  ExtProcFilter(ExtProcFilterFactory factory, @Nullable ExtProcRoute route, Exchange exchange) {
    this.factory = factory;
    this.config = factory.config();
    this.route = route;
    this.exchange = exchange;
    this.timeout = new Timeout(factory.worker().timers(), this::onTimeout);
  }

  private boolean seesResponse() {
    ExtProcRoute own = route;
    return own == null || own.modes() == null
        ? config.responseHeaders()
        : own.modes().responseHeaders();
  }

  private boolean seesRequest() {
    ExtProcRoute own = route;
    return own == null || own.modes() == null
        ? config.requestHeaders()
        : own.modes().requestHeaders();
  }

  /** Only such a filter may hold up what passes. */
  @Override
  public boolean touchesBodies() {
    return true;
  }

  @Override
  public ByteBuf onRequestData(Exchange same, ByteBuf data, boolean endStream) {
    if (waits == Waits.REQUEST) {
      held += data.readableBytes();
      if (held > exchange.downstream().bufferLimit()) {
        exchange.filters().pauseClient();
      }
    }
    return data;
  }

  @Override
  public Verdict onRequestHeaders(Exchange same, Headers headers, boolean endStream) {
    if (!seesRequest()) {
      return Verdict.CONTINUE;
    }
    ProcessingRequest.Builder message = message();
    send(message.setRequestHeaders(ProcMessages.headers(headers, endStream, config)));
    waits = Waits.REQUEST;
    return Verdict.COLLECT;
  }

  @Override
  public void onResponseHeaders(Exchange same, Headers headers, boolean endStream) {
    if (over || !seesResponse()) {
      return;
    }
    response = headers;
    ProcessingRequest.Builder message = message();
    send(message.setResponseHeaders(ProcMessages.headers(headers, endStream, config)));
    waits = Waits.RESPONSE;
    exchange.filters().response().pause();
  }

  private ProcessingRequest.Builder message() {
    List<String> forwarded =
        route != null && route.forwarded() != null ? route.forwarded() : config.forwarded();
    return ProcMessages.request(exchange, forwarded, call == null);
  }

  private void send(ProcessingRequest.Builder message) {
    PooledCall open = call;
    if (open == null) {
      GrpcService service =
          route != null && route.service() != null ? route.service() : config.service();
      open =
          PooledCall.start(
              factory.worker(), exchange.scope().clusters(), service, request(service), this);
      call = open;
      factory.stats().streamsStarted.inc(cell());
    }
    if (open == null) {
      GrpcStatus status = new GrpcStatus(GrpcStatus.UNAVAILABLE, "Cluster not available");
      factory.worker().loop().execute(() -> onClose(status, null));
      return;
    }
    extended = false;
    factory.stats().sent.inc(cell());
    open.send(message.build().toByteArray());
    timeout.arm(TimeUnit.MILLISECONDS.toNanos(config.timeoutMillis()));
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
    if (!isExpected(said)) {
      spurious();
      return;
    }
    factory.stats().received.inc(cell());
    note(said.getDynamicMetadata());
    switch (said.getResponseCase()) {
      case IMMEDIATE_RESPONSE -> immediate(said.getImmediateResponse());
      case REQUEST_HEADERS -> requestHeaders(said.getRequestHeaders().getResponse());
      case RESPONSE_HEADERS -> responseHeaders(said.getResponseHeaders().getResponse());
      default -> {}
    }
  }

  private boolean isExpected(ProcessingResponse said) {
    return switch (said.getResponseCase()) {
      case IMMEDIATE_RESPONSE -> waits != Waits.NOTHING && !config.disableImmediate();
      case REQUEST_HEADERS -> waits == Waits.REQUEST;
      case RESPONSE_HEADERS -> waits == Waits.RESPONSE;
      default -> false;
    };
  }

  /** Once a message, and up to the limit, the service may ask for more time. */
  private void extend(ProcessingResponse said) {
    var wanted = said.getOverrideMessageTimeout();
    long millis = wanted.getSeconds() * 1000 + wanted.getNanos() / 1_000_000;
    boolean allowed =
        !extended && waits != Waits.NOTHING && millis >= 1 && millis <= config.maxTimeoutMillis();
    (allowed ? factory.stats().timeoutReceived : factory.stats().timeoutIgnored).inc(cell());
    if (allowed) {
      extended = true;
      timeout.arm(TimeUnit.MILLISECONDS.toNanos(millis));
    }
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

  private void requestHeaders(CommonResponse said) {
    answered();
    waits = Waits.NOTHING;
    boolean changed =
        said.getHeaderMutation().getSetHeadersCount() > 0
            || said.getHeaderMutation().getRemoveHeadersCount() > 0;
    if (!mutate(said, exchange.request())) {
      return;
    }
    if (routesAnew(said, changed)) {
      exchange.resumeRouted();
    } else {
      exchange.resume();
    }
  }

  private boolean routesAnew(CommonResponse said, boolean changed) {
    ProcStats stats = factory.stats();
    switch (config.routeCache()) {
      case CLEAR -> {
        return changed;
      }
      case RETAIN -> {
        if (said.getClearRouteCache()) {
          stats.clearRouteCacheDisabled.inc(cell());
        }
        return false;
      }
      case DEFAULT -> {
        if (said.getClearRouteCache() && !changed) {
          stats.clearRouteCacheIgnored.inc(cell());
        }
        return said.getClearRouteCache() && changed;
      }
    }
    return false;
  }

  private void responseHeaders(CommonResponse said) {
    answered();
    waits = Waits.NOTHING;
    Headers head = response;
    response = null;
    if (head != null && mutate(said, head)) {
      exchange.filters().response().resume();
    }
  }

  /** False where the exchange has ended by it. */
  private boolean mutate(CommonResponse said, Headers headers) {
    int rejected = ProcMessages.apply(said.getHeaderMutation(), headers, config.rules());
    for (int i = 0; i < rejected; i++) {
      factory.stats().rejectedMutations.inc(cell());
    }
    if (rejected > 0 && config.rules().disallowIsError()) {
      close();
      fail(INTERNAL_ERROR, "ext_proc_error_header_mutation_failed");
      return false;
    }
    return true;
  }

  private void immediate(ImmediateResponse said) {
    answered();
    close();
    factory.stats().immediateResponses.inc(cell());
    int status = said.getStatus().getCodeValue();
    exchange.reply(
        status == 0 ? 200 : status,
        said.getBody().toStringUtf8(),
        said.getDetails(),
        null,
        said.hasGrpcStatus() ? said.getGrpcStatus().getStatus() : -1,
        head -> ProcMessages.apply(said.getHeaders(), head, config.rules()));
  }

  /** What wasn't asked for: nothing more of this service is believed. */
  private void spurious() {
    factory.stats().spurious.inc(cell());
    answered();
    close();
    if (config.failureModeAllow()) {
      factory.stats().failureModeAllowed.inc(cell());
      goOn();
    } else {
      fail(INTERNAL_ERROR, "spurious_message");
    }
  }

  // ---- how it ends ----

  @Override
  public void onClose(GrpcStatus status, @Nullable Headers trailers) {
    if (over) {
      return;
    }
    over = true;
    call = null;
    timeout.cancel();
    if (status.isOk()) {
      factory.stats().streamsClosed.inc(cell());
      goOn();
      return;
    }
    factory.stats().streamsFailed.inc(cell());
    if (config.failureModeAllow()) {
      factory.stats().failureModeAllowed.inc(cell());
      factory.stats().streamsClosed.inc(cell());
      goOn();
    } else {
      String why = trailers == null ? status.message().replace(' ', '_') : "via_upstream";
      fail(INTERNAL_ERROR, "ext_proc_error_gRPC_error_" + status.code() + "{" + why + "}");
    }
  }

  private void onTimeout() {
    factory.stats().messageTimeouts.inc(cell());
    close();
    if (config.failureModeAllow()) {
      factory.stats().failureModeAllowed.inc(cell());
      goOn();
    } else {
      fail(GATEWAY_TIMEOUT, "ext_proc_error_per-message_timeout_exceeded");
    }
  }

  private void answered() {
    timeout.cancel();
  }

  /** What waits goes on as it is. */
  private void goOn() {
    Waits was = waits;
    waits = Waits.NOTHING;
    response = null;
    if (was == Waits.REQUEST) {
      exchange.resume();
    } else if (was == Waits.RESPONSE) {
      exchange.filters().response().resume();
    }
  }

  private void fail(int status, String details) {
    waits = Waits.NOTHING;
    factory.stats().immediateResponses.inc(cell()); // as Envoy counts its own
    exchange.reply(status, "", details, null, -1);
  }

  private void close() {
    over = true;
    timeout.cancel();
    PooledCall open = call;
    call = null;
    if (open != null) {
      factory.stats().streamsClosed.inc(cell());
      open.halfClose();
      open.cancel();
    }
  }

  private int cell() {
    return factory.worker().index();
  }

  @Override
  public void onDone(Exchange same) {
    waits = Waits.NOTHING;
    response = null;
    close();
  }
}
