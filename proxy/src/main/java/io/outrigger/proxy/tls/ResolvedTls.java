package io.outrigger.proxy.tls;

import io.outrigger.config.source.DataSource;
import io.outrigger.config.tls.CertificateSource;
import io.outrigger.config.tls.CommonTls;
import io.outrigger.config.tls.SdsSource;
import io.outrigger.config.tls.Secret;
import io.outrigger.config.tls.TlsCertificate;
import io.outrigger.config.tls.ValidationConfig;
import io.outrigger.config.tls.ValidationSource;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A TLS context's certificates and rules with the secrets that it names put in.
 *
 * @param validation null: the peer isn't verified
 */
record ResolvedTls(List<TlsCertificate> certificates, @Nullable ValidationConfig validation) {

  /** Null while one of the secrets hasn't come. */
  static @Nullable ResolvedTls of(CommonTls common, SecretSource secrets) throws TlsException {
    var certificates = new ArrayList<TlsCertificate>(common.certificates().size());
    for (CertificateSource source : common.certificates()) {
      if (source instanceof CertificateSource.Here here) {
        certificates.add(here.certificate());
      } else if (source instanceof CertificateSource.Sds sds) {
        Secret secret = secrets.secret(sds.sds().name());
        if (secret == null) {
          return null;
        }
        if (!(secret instanceof Secret.Certificate found)) {
          throw wrongKind(secret, "a tls_certificate");
        }
        certificates.add(found.certificate());
      } else {
        throw new IllegalStateException(
            "unknown CertificateSource: " + source.getClass().getName());
      }
    }
    ValidationSource source = common.validation();
    SdsSource awaited = source == null ? null : source.sds();
    ValidationConfig delivered = null;
    if (awaited != null) {
      Secret secret = secrets.secret(awaited.name());
      if (secret == null) {
        return null;
      }
      if (!(secret instanceof Secret.Validation found)) {
        throw wrongKind(secret, "a validation_context");
      }
      delivered = found.validation();
    }
    return new ResolvedTls(List.copyOf(certificates), validation(source, delivered));
  }

  private static @Nullable ValidationConfig validation(
      @Nullable ValidationSource source, @Nullable ValidationConfig delivered) {
    if (source instanceof ValidationSource.Here here) {
      return here.validation();
    }
    if (source instanceof ValidationSource.Sds) {
      return delivered;
    }
    if (source instanceof ValidationSource.Combined combined) {
      return delivered == null ? combined.defaults() : merge(combined.defaults(), delivered);
    }
    if (source == null) {
      return null;
    }
    throw new IllegalStateException("unknown ValidationSource: " + source);
  }

  /** As protobuf merges: single fields are replaced where set, lists are joined. */
  private static ValidationConfig merge(ValidationConfig defaults, ValidationConfig over) {
    return new ValidationConfig(
        over.trustedCa() != null ? over.trustedCa() : defaults.trustedCa(),
        join(defaults.sanMatchers(), over.sanMatchers()),
        join(defaults.certificateHashes(), over.certificateHashes()),
        join(defaults.spkiHashes(), over.spkiHashes()),
        over.crl() != null ? over.crl() : defaults.crl(),
        defaults.onlyVerifyLeafCertCrl() || over.onlyVerifyLeafCertCrl(),
        defaults.acceptUntrusted() || over.acceptUntrusted(),
        defaults.allowExpiredCertificate() || over.allowExpiredCertificate(),
        over.maxVerifyDepth() >= 0 ? over.maxVerifyDepth() : defaults.maxVerifyDepth(),
        over.trustDomains().isEmpty() ? defaults.trustDomains() : over.trustDomains());
  }

  private static <T> List<T> join(List<T> first, List<T> second) {
    var all = new ArrayList<T>(first);
    all.addAll(second);
    return all;
  }

  static TlsException wrongKind(Secret secret, String wanted) {
    return new TlsException(
        "secret " + secret.name() + " is a " + kind(secret) + ", " + wanted + " is needed");
  }

  private static String kind(Secret secret) {
    if (secret instanceof Secret.Certificate) {
      return "tls_certificate";
    }
    if (secret instanceof Secret.Validation) {
      return "validation_context";
    }
    if (secret instanceof Secret.TicketKeys) {
      return "session_ticket_keys";
    }
    if (secret instanceof Secret.Generic) {
      return "generic_secret";
    }
    throw new IllegalStateException("unknown Secret: " + secret.getClass().getName());
  }

  /**
   * Changes whenever a byte of what is configured, delivered or in the files does.
   *
   * @param more what the context is made of beside certificates and rules
   */
  String fingerprint(List<DataSource> more) throws TlsException {
    MessageDigest digest = digest();
    for (DataSource source : more) {
      add(digest, source);
    }
    for (TlsCertificate certificate : certificates) {
      add(digest, certificate.chain());
      add(digest, certificate.privateKey());
      add(digest, certificate.pkcs12());
      add(digest, certificate.password());
      add(digest, certificate.ocspStaple());
    }
    if (validation != null) {
      add(digest, validation.trustedCa());
      add(digest, validation.crl());
      for (ValidationConfig.TrustDomain domain : validation.trustDomains()) {
        digest.update(domain.name().getBytes(StandardCharsets.UTF_8));
        add(digest, domain.trustBundle());
      }
      // the rest is small and plain; its text tells it apart
      digest.update(
          (validation.sanMatchers()
                  + "|"
                  + validation.certificateHashes()
                  + "|"
                  + validation.spkiHashes()
                  + "|"
                  + validation.acceptUntrusted()
                  + validation.allowExpiredCertificate()
                  + validation.onlyVerifyLeafCertCrl()
                  + validation.maxVerifyDepth())
              .getBytes(StandardCharsets.UTF_8));
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private static void add(MessageDigest digest, @Nullable DataSource source) throws TlsException {
    if (source == null) {
      digest.update((byte) 0);
      return;
    }
    byte[] bytes = DataSources.read(source, "secret");
    digest.update((byte) 1);
    digest.update(Integer.toString(bytes.length).getBytes(StandardCharsets.UTF_8));
    digest.update(bytes);
  }

  private static MessageDigest digest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
