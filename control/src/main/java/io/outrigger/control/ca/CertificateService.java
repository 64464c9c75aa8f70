package io.outrigger.control.ca;

import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.outrigger.api.istio.IstioCertificateRequest;
import io.outrigger.api.istio.IstioCertificateResponse;
import io.outrigger.control.debug.PrometheusText;
import io.outrigger.control.grpc.Methods;
import io.outrigger.control.grpc.PeerIdentity;
import io.outrigger.identity.CertificateAuthority;
import io.outrigger.identity.SigningResult;
import io.outrigger.identity.SpiffeId;
import io.outrigger.identity.TokenVerdict;
import io.outrigger.identity.TokenVerifier;
import java.time.Duration;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Istio's certificate call: proves who the caller is by a token, or by the certificate that it has,
 * and signs its request under that identity.
 */
public final class CertificateService {
  private static final System.Logger LOG = System.getLogger("ca");
  private static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

  private final Supplier<CertificateAuthority> authority;
  private final TokenVerifier tokens;
  private final LongAdder requests = new LongAdder();
  private final LongAdder issued = new LongAdder();
  private final LongAdder unauthenticated = new LongAdder();
  private final LongAdder refusedRequests = new LongAdder();

  /**
   * The call.
   *
   * @param authority who signs at the moment
   */
  public CertificateService(Supplier<CertificateAuthority> authority, TokenVerifier tokens) {
    this.authority = authority;
    this.tokens = tokens;
  }

  public ServerServiceDefinition definition() {
    return ServerServiceDefinition.builder("istio.v1.auth.IstioCertificateService")
        .addMethod(
            Methods.CREATE_CERTIFICATE,
            (call, headers) -> {
              call.request(2);
              return new Request(call, headers);
            })
        .build();
  }

  /** Appends what it counted, in Prometheus' text form under Istio's names. */
  public void print(StringBuilder out) {
    PrometheusText.counter(out, "citadel_server_csr_count", requests.sum());
    PrometheusText.counter(out, "citadel_server_success_cert_issuance_count", issued.sum());
    PrometheusText.counter(
        out, "citadel_server_authentication_failure_count", unauthenticated.sum());
    PrometheusText.counter(out, "citadel_server_csr_sign_err_count", refusedRequests.sum());
  }

  private final class Request extends ServerCall.Listener<IstioCertificateRequest> {
    private final ServerCall<IstioCertificateRequest, IstioCertificateResponse> call;
    private final Metadata headers;
    private @Nullable IstioCertificateRequest message;

    Request(ServerCall<IstioCertificateRequest, IstioCertificateResponse> call, Metadata headers) {
      this.call = call;
      this.headers = headers;
    }

    @Override
    public void onMessage(IstioCertificateRequest request) {
      message = request;
    }

    @Override
    public void onHalfClose() {
      requests.increment();
      IstioCertificateRequest request = message;
      if (request == null) {
        close(Status.INVALID_ARGUMENT.withDescription("no request came"));
        return;
      }
      String authorization = headers.get(AUTHORIZATION);
      switch (caller(authorization)) {
        case Caller.Unknown unknown -> {
          unauthenticated.increment();
          LOG.log(System.Logger.Level.WARNING, () -> "no certificate: " + unknown.reason());
          close(Status.UNAUTHENTICATED.withDescription(unknown.reason()));
        }
        case Caller.Later later -> {
          LOG.log(System.Logger.Level.WARNING, () -> "no certificate now: " + later.reason());
          close(Status.UNAVAILABLE.withDescription(later.reason()));
        }
        case Caller.Known known -> sign(request, known.id());
      }
    }

    private Caller caller(@Nullable String authorization) {
      String identity = PeerIdentity.of(call.getAttributes());
      if (authorization == null && identity != null) {
        try {
          return new Caller.Known(SpiffeId.parse(identity));
        } catch (IllegalArgumentException e) {
          return new Caller.Unknown(String.valueOf(e.getMessage()));
        }
      }
      return switch (tokens.verify(authorization)) {
        case TokenVerdict.Accepted accepted ->
            new Caller.Known(accepted.id(authority.get().trustDomain()));
        case TokenVerdict.Refused refused -> new Caller.Unknown(refused.reason());
        case TokenVerdict.Unavailable unavailable -> new Caller.Later(unavailable.reason());
      };
    }

    private void sign(IstioCertificateRequest request, SpiffeId id) {
      Duration asked = Duration.ofSeconds(Math.max(0, request.getValidityDuration()));
      switch (authority.get().sign(request.getCsr(), id, asked)) {
        case SigningResult.Refused refused -> {
          refusedRequests.increment();
          LOG.log(
              System.Logger.Level.WARNING,
              () -> "no certificate for " + id + ": " + refused.reason());
          close(Status.PERMISSION_DENIED.withDescription(refused.reason()));
        }
        case SigningResult.Unavailable unavailable -> {
          LOG.log(
              System.Logger.Level.ERROR,
              () -> "no certificate for " + id + " now: " + unavailable.reason());
          close(Status.UNAVAILABLE.withDescription(unavailable.reason()));
        }
        case SigningResult.Signed signed -> {
          issued.increment();
          LOG.log(
              System.Logger.Level.INFO,
              () -> "certificate for " + signed.id() + " until " + signed.notAfter());
          call.sendHeaders(new Metadata());
          call.sendMessage(
              IstioCertificateResponse.newBuilder().addAllCertChain(signed.chain()).build());
          close(Status.OK);
        }
      }
    }

    private void close(Status status) {
      call.close(status, new Metadata());
    }
  }

  private sealed interface Caller {
    record Known(SpiffeId id) implements Caller {}

    record Unknown(String reason) implements Caller {}

    record Later(String reason) implements Caller {}
  }
}
