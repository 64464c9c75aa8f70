package io.outrigger.proxy.sidecar;

import com.google.protobuf.InvalidProtocolBufferException;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.outrigger.api.istio.IstioCertificateRequest;
import io.outrigger.api.istio.IstioCertificateResponse;
import io.outrigger.proxy.grpc.GrpcChannel;
import io.outrigger.proxy.grpc.GrpcRequest;
import io.outrigger.proxy.grpc.GrpcStatus;
import io.outrigger.proxy.grpc.GrpcTarget;
import io.outrigger.proxy.worker.Worker;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** Asks for certificates by Istio's call, on a connection of its own that it closes after. */
final class CertificateClient implements CertificateSource {
  private static final String METHOD = "/istio.v1.auth.IstioCertificateService/CreateCertificate";
  private static final int TIMEOUT_MILLIS = 10_000;

  private final Worker main;
  private final SidecarOptions options;
  private final TrustedRoots roots;

  /**
   * Will connect to the control plane of the options.
   *
   * @param roots what the control plane's certificate must lead to
   */
  CertificateClient(Worker main, SidecarOptions options, TrustedRoots roots) {
    this.main = main;
    this.options = options;
    this.roots = roots;
  }

  @Override
  public void request(
      String csr,
      Duration lifetime,
      @Nullable String token,
      @Nullable WorkloadCertificate holding,
      Consumer<CertificateAnswer> answer) {
    SslContext tls;
    try {
      tls = context(holding);
    } catch (SSLException e) {
      answer.accept(new CertificateAnswer.Unreachable("TLS can't be set up: " + e.getMessage()));
      return;
    }
    List<GrpcRequest.Metadata> metadata =
        token == null
            ? List.of()
            : List.of(new GrpcRequest.Metadata("authorization", "Bearer " + token));
    byte[] message =
        IstioCertificateRequest.newBuilder()
            .setCsr(csr)
            .setValidityDuration(lifetime.toSeconds())
            .build()
            .toByteArray();
    GrpcTarget target =
        new GrpcTarget(
            options.controlHost(),
            options.controlPort(),
            options.controlName() + ":" + options.controlPort(),
            tls,
            options.controlName(),
            TIMEOUT_MILLIS);
    GrpcChannel.connect(
        main, target, new Call(new GrpcRequest(METHOD, metadata, TIMEOUT_MILLIS), message, answer));
  }

  private SslContext context(@Nullable WorkloadCertificate holding) throws SSLException {
    SslContextBuilder builder =
        SslContextBuilder.forClient()
            .sslProvider(SslProvider.OPENSSL)
            .trustManager(roots.all().toArray(X509Certificate[]::new))
            // Every workload's certificate leads to the same root: the name tells who is who.
            .endpointIdentificationAlgorithm("HTTPS")
            .applicationProtocolConfig(
                new ApplicationProtocolConfig(
                    ApplicationProtocolConfig.Protocol.ALPN,
                    ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
                    ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT,
                    "h2"));
    if (holding != null) {
      builder.keyManager(holding.key(), holding.chain().toArray(X509Certificate[]::new));
    }
    return builder.build();
  }

  /** One call from its connection to its answer. */
  private static final class Call implements GrpcChannel.Listener {
    private final GrpcRequest request;
    private final byte[] message;
    private final Consumer<CertificateAnswer> answer;
    private boolean answered;

    Call(GrpcRequest request, byte[] message, Consumer<CertificateAnswer> answer) {
      this.request = request;
      this.message = message;
      this.answer = answer;
    }

    @Override
    public void onConnected(GrpcChannel channel) {
      var _ =
          channel.unary(
              request,
              message,
              (status, response) -> {
                answer(read(status, response));
                channel.close();
              });
    }

    @Override
    public void onDisconnected(String reason) {
      answer(new CertificateAnswer.Unreachable(reason));
    }

    private void answer(CertificateAnswer result) {
      if (!answered) {
        answered = true;
        answer.accept(result);
      }
    }

    private static CertificateAnswer read(GrpcStatus status, byte[] response) {
      switch (status.code()) {
        case GrpcStatus.OK -> {
          try {
            return new CertificateAnswer.Granted(
                IstioCertificateResponse.parseFrom(response).getCertChainList());
          } catch (InvalidProtocolBufferException e) {
            return new CertificateAnswer.Unreachable("the answer isn't a certificate response");
          }
        }
        case GrpcStatus.UNAUTHENTICATED, GrpcStatus.PERMISSION_DENIED -> {
          return new CertificateAnswer.Denied(status.message());
        }
        default -> {
          return new CertificateAnswer.Unreachable(
              "gRPC status " + status.code() + ": " + status.message());
        }
      }
    }
  }
}
