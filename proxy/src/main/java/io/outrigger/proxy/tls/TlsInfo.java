package io.outrigger.proxy.tls;

import io.outrigger.proxy.accesslog.TlsFacts;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a handshake agreed on, and who took part.
 *
 * @param version as Envoy prints it: TLSv1.2, TLSv1.3; null only where a handshake failed early
 * @param cipher OpenSSL's name of the cipher suite; null as the version
 * @param alpn the protocol agreed on, if any
 * @param sni the server name that the client asked for, if any
 * @param sessionId lower-case hex; null where there is none
 * @param peer the peer's certificate, if it showed one
 * @param local the certificate that this side showed, if any
 * @param peerValidated whether the peer's certificate was checked against a trusted CA
 */
public record TlsInfo(
    @Nullable String version,
    @Nullable String cipher,
    @Nullable String alpn,
    @Nullable String sni,
    @Nullable String sessionId,
    @Nullable PeerIdentity peer,
    @Nullable PeerIdentity local,
    boolean peerValidated)
    implements TlsFacts {

  @Override
  public @Nullable String peerSubject() {
    return peer == null ? null : peer.subject();
  }

  @Override
  public @Nullable String peerIssuer() {
    return peer == null ? null : peer.issuer();
  }

  @Override
  public @Nullable String peerSerial() {
    return peer == null ? null : peer.serial();
  }

  @Override
  public @Nullable String peerFingerprint256() {
    return peer == null ? null : peer.sha256();
  }

  @Override
  public @Nullable String peerFingerprint1() {
    return peer == null ? null : peer.sha1();
  }

  @Override
  public @Nullable String peerCertificate() {
    return peer == null ? null : peer.urlEncodedPem();
  }

  @Override
  public long peerCertificateStart() {
    return peer == null ? 0 : peer.notBefore().toEpochMilli();
  }

  @Override
  public long peerCertificateEnd() {
    return peer == null ? 0 : peer.notAfter().toEpochMilli();
  }

  @Override
  public List<String> peerUriSans() {
    return peer == null ? List.of() : peer.uriSans();
  }

  @Override
  public List<String> peerDnsSans() {
    return peer == null ? List.of() : peer.dnsSans();
  }

  @Override
  public List<String> peerIpSans() {
    return peer == null ? List.of() : peer.ipSans();
  }

  @Override
  public List<String> peerEmailSans() {
    return peer == null ? List.of() : peer.emailSans();
  }

  @Override
  public @Nullable String localSubject() {
    return local == null ? null : local.subject();
  }

  @Override
  public List<String> localUriSans() {
    return local == null ? List.of() : local.uriSans();
  }

  @Override
  public List<String> localDnsSans() {
    return local == null ? List.of() : local.dnsSans();
  }
}
