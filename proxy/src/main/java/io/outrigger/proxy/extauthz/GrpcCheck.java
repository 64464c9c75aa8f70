package io.outrigger.proxy.extauthz;

import com.google.protobuf.InvalidProtocolBufferException;
import io.envoyproxy.envoy.config.core.v3.HeaderValueOption;
import io.envoyproxy.envoy.config.core.v3.QueryParameter;
import io.envoyproxy.envoy.service.auth.v3.CheckRequest;
import io.envoyproxy.envoy.service.auth.v3.CheckResponse;
import io.envoyproxy.envoy.service.auth.v3.DeniedHttpResponse;
import io.envoyproxy.envoy.service.auth.v3.OkHttpResponse;
import io.outrigger.config.extauthz.AuthService;
import io.outrigger.config.http.HeaderText;
import io.outrigger.proxy.cluster.Clusters;
import io.outrigger.proxy.grpc.GrpcChannel;
import io.outrigger.proxy.grpc.GrpcRequest;
import io.outrigger.proxy.grpc.GrpcStatus;
import io.outrigger.proxy.grpc.PooledCall;
import io.outrigger.proxy.http.HeaderChange;
import io.outrigger.proxy.timeout.Timeout;
import io.outrigger.proxy.worker.Worker;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A call of envoy.service.auth.v3.Authorization. */
final class GrpcCheck implements Check, GrpcChannel.Unary {
  private static final String METHOD = "/envoy.service.auth.v3.Authorization/Check";
  private static final int FORBIDDEN = 403;

  private final Listener listener;
  private final Timeout timeout; // of the wait for a connection too, which a deadline isn't
  private @Nullable PooledCall call;
  private boolean done;

  private GrpcCheck(Worker worker, Listener listener) {
    this.listener = listener;
    this.timeout = new Timeout(worker.timers(), this::giveUp);
  }

  static Check start(
      Worker worker,
      Clusters clusters,
      AuthService.Grpc service,
      CheckRequest question,
      Listener listener) {
    GrpcCheck check = new GrpcCheck(worker, listener);
    check.call =
        PooledCall.startUnary(
            worker,
            clusters,
            service.service(),
            GrpcRequest.to(service.service(), METHOD, service.timeoutMillis()),
            question.toByteArray(),
            check);
    if (check.call == null) {
      worker.loop().execute(() -> check.finish(CheckAnswer.ERROR));
    } else if (service.timeoutMillis() > 0) {
      check.timeout.arm(TimeUnit.MILLISECONDS.toNanos(service.timeoutMillis()));
    }
    return check;
  }

  @Override
  public void cancel() {
    PooledCall open = call;
    boolean ended = done;
    done = true;
    timeout.cancel();
    if (!ended && open != null) {
      open.cancel();
    }
  }

  private void giveUp() {
    boolean ended = done;
    cancel();
    if (!ended) {
      listener.onAnswer(CheckAnswer.ERROR);
    }
  }

  private void finish(CheckAnswer answer) {
    if (!done) {
      done = true;
      timeout.cancel();
      listener.onAnswer(answer);
    }
  }

  @Override
  public void onResult(GrpcStatus status, byte[] response) {
    CheckAnswer answer = CheckAnswer.ERROR;
    if (status.isOk()) {
      try {
        answer = answer(CheckResponse.parseFrom(response));
      } catch (InvalidProtocolBufferException garbage) {
        answer = CheckAnswer.ERROR;
      }
    }
    finish(answer);
  }

  private static CheckAnswer answer(CheckResponse said) {
    if (said.getStatus().getCode() != GrpcStatus.OK) {
      DeniedHttpResponse denied = said.getDeniedResponse();
      int status = denied.getStatus().getCodeValue();
      List<HeaderChange> changes = new ArrayList<>(denied.getHeadersCount());
      boolean invalid = changes(denied.getHeadersList(), false, changes);
      return new CheckAnswer(
          CheckAnswer.Kind.DENIED,
          status == 0 ? FORBIDDEN : status,
          denied.getBody(),
          List.of(),
          List.of(),
          changes,
          List.of(),
          List.of(),
          said.getDynamicMetadata(),
          invalid);
    }
    return ok(said, said.getOkResponse());
  }

  @SuppressWarnings("deprecation") // OkHttpResponse.dynamic_metadata, which holds where it is set
  private static CheckAnswer ok(CheckResponse said, OkHttpResponse ok) {
    List<HeaderChange> request = new ArrayList<>(ok.getHeadersCount());
    List<HeaderChange> response = new ArrayList<>(ok.getResponseHeadersToAddCount());
    boolean invalid = changes(ok.getHeadersList(), false, request);
    invalid |= changes(ok.getResponseHeadersToAddList(), true, response);
    List<Map.Entry<String, String>> query = new ArrayList<>(ok.getQueryParametersToSetCount());
    for (QueryParameter parameter : ok.getQueryParametersToSetList()) {
      query.add(Map.entry(parameter.getKey(), parameter.getValue()));
    }
    return new CheckAnswer(
        CheckAnswer.Kind.OK,
        0,
        "",
        request,
        ok.getHeadersToRemoveList(),
        response,
        query,
        ok.getQueryParametersToRemoveList(),
        ok.hasDynamicMetadata() ? ok.getDynamicMetadata() : said.getDynamicMetadata(),
        invalid);
  }

  /**
   * Returns whether there was an action that isn't one. Without {@code actions} only the older
   * {@code append} counts, as in Envoy.
   */
  @SuppressWarnings("deprecation") // append, which services still send
  private static boolean changes(
      List<HeaderValueOption> protos, boolean actions, List<HeaderChange> to) {
    boolean invalid = false;
    for (HeaderValueOption proto : protos) {
      HeaderChange.Action action;
      if (proto.hasAppend() || !actions) {
        action =
            proto.getAppend().getValue()
                ? HeaderChange.Action.JOIN_IF_EXISTS
                : HeaderChange.Action.SET;
      } else {
        action =
            switch (proto.getAppendAction()) {
              case APPEND_IF_EXISTS_OR_ADD -> HeaderChange.Action.ADD;
              case ADD_IF_ABSENT -> HeaderChange.Action.ADD_IF_ABSENT;
              case OVERWRITE_IF_EXISTS_OR_ADD, UNRECOGNIZED -> HeaderChange.Action.SET;
              case OVERWRITE_IF_EXISTS -> HeaderChange.Action.SET_IF_EXISTS;
            };
        invalid |= proto.getAppendAction() == HeaderValueOption.HeaderAppendAction.UNRECOGNIZED;
      }
      String value = HeaderText.of(proto.getHeader().getValue());
      to.add(
          new HeaderChange(
              proto.getHeader().getKey().toLowerCase(Locale.ROOT),
              value.isEmpty() ? proto.getHeader().getRawValue().toStringUtf8() : value,
              action));
    }
    return invalid;
  }
}
