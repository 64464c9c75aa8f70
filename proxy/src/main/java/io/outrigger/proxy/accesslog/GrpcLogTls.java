package io.outrigger.proxy.accesslog;

import io.envoyproxy.envoy.data.accesslog.v3.TLSProperties;
import io.envoyproxy.envoy.data.accesslog.v3.TLSProperties.CertificateProperties;
import io.envoyproxy.envoy.data.accesslog.v3.TLSProperties.CertificateProperties.SubjectAltName;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A client's TLS as the access log's message has it. */
final class GrpcLogTls {
  private GrpcLogTls() {}

  static TLSProperties of(TlsFacts tls, @Nullable String serverName) {
    return TLSProperties.newBuilder()
        .setTlsVersion(version(tls.version()))
        .setTlsSniHostname(orEmpty(serverName))
        .setTlsSessionId(orEmpty(tls.sessionId()))
        .setLocalCertificateProperties(
            certificate(tls.localSubject(), null, tls.localUriSans(), tls.localDnsSans()))
        .setPeerCertificateProperties(
            certificate(tls.peerSubject(), tls.peerIssuer(), tls.peerUriSans(), tls.peerDnsSans()))
        .build();
  }

  private static TLSProperties.TLSVersion version(@Nullable String name) {
    return switch (orEmpty(name)) {
      case "TLSv1.2" -> TLSProperties.TLSVersion.TLSv1_2;
      case "TLSv1.3" -> TLSProperties.TLSVersion.TLSv1_3;
      default -> TLSProperties.TLSVersion.VERSION_UNSPECIFIED;
    };
  }

  private static CertificateProperties certificate(
      @Nullable String subject, @Nullable String issuer, List<String> uris, List<String> names) {
    CertificateProperties.Builder out =
        CertificateProperties.newBuilder().setSubject(orEmpty(subject)).setIssuer(orEmpty(issuer));
    for (String uri : uris) {
      out.addSubjectAltName(SubjectAltName.newBuilder().setUri(uri));
    }
    for (String name : names) {
      out.addSubjectAltName(SubjectAltName.newBuilder().setDns(name));
    }
    return out.build();
  }

  private static String orEmpty(@Nullable String text) {
    return text == null ? "" : text;
  }
}
