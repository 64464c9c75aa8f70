package io.outrigger.cli.join;

import io.grpc.CallOptions;
import io.grpc.ClientInterceptors;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import io.outrigger.api.istio.IstioCertificateRequest;
import io.outrigger.control.grpc.Methods;
import io.outrigger.identity.CertificateRequest;
import io.outrigger.identity.SpiffeId;
import java.io.IOException;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Asks the control plane for the first certificate, with a token. */
final class CertificateCall {
  private static final long SECONDS = 20;

  private CertificateCall() {}

  /**
   * Asks.
   *
   * @param name what the control plane's certificate must be for
   * @return PEM, leaf first
   * @throws IOException if there is none; says why
   */
  static List<String> ask(
      String host,
      int port,
      String name,
      X509Certificate root,
      String token,
      KeyPair keys,
      SpiffeId id,
      Duration lifetime)
      throws IOException {
    var channel =
        NettyChannelBuilder.forAddress(host, port)
            .overrideAuthority(name + ":" + port)
            .sslContext(GrpcSslContexts.forClient().trustManager(root).build())
            .build();
    Metadata headers = new Metadata();
    headers.put(
        Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER), "Bearer " + token);
    try {
      var with =
          ClientInterceptors.intercept(channel, MetadataUtils.newAttachHeadersInterceptor(headers));
      return ClientCalls.blockingUnaryCall(
              with,
              Methods.CREATE_CERTIFICATE,
              CallOptions.DEFAULT.withDeadlineAfter(SECONDS, TimeUnit.SECONDS),
              IstioCertificateRequest.newBuilder()
                  .setCsr(CertificateRequest.pem(keys, id))
                  .setValidityDuration(lifetime.toSeconds())
                  .build())
          .getCertChainList();
    } catch (StatusRuntimeException e) {
      Status status = e.getStatus();
      boolean refused =
          status.getCode() == Status.Code.UNAUTHENTICATED
              || status.getCode() == Status.Code.PERMISSION_DENIED;
      throw new IOException(
          (refused ? "it refuses: " : status.getCode() + ": ") + status.getDescription(), e);
    } finally {
      channel.shutdownNow();
    }
  }
}
