package io.outrigger.config.tls;

import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.CertificateValidationContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.CertificateValidationContext.TrustChainVerification;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.SubjectAltNameMatcher;
import io.envoyproxy.envoy.type.matcher.v3.StringMatcher;
import io.outrigger.config.compile.Problems;
import io.outrigger.config.compile.Unsigned;
import io.outrigger.config.match.StringMatcherCompiler;
import io.outrigger.config.source.DataSource;
import io.outrigger.config.tls.SanMatcher.SanType;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Compiles CertificateValidationContext messages. */
public final class ValidationCompiler {
  private ValidationCompiler() {}

  /**
   * The rules.
   *
   * @param caFromSds a trusted CA may come from SDS, so its absence here is no error
   */
  static ValidationConfig compile(
      CertificateValidationContext proto, boolean caFromSds, Problems problems) {
    refuseUnsupported(proto, problems);
    List<SanMatcher> sans = sanMatchers(proto, problems);
    boolean acceptUntrusted =
        proto.getTrustChainVerification() == TrustChainVerification.ACCEPT_UNTRUSTED;
    List<ValidationConfig.TrustDomain> domains =
        proto.hasCustomValidatorConfig()
            ? SpiffeValidatorCompiler.compile(
                proto.getCustomValidatorConfig(), problems.at("custom_validator_config"))
            : List.of();
    if (proto.hasCustomValidatorConfig()) {
      SpiffeValidatorCompiler.withoutEffect(proto, problems);
    }
    boolean caElsewhere = caFromSds || proto.hasCustomValidatorConfig();
    if (!sans.isEmpty() && !proto.hasTrustedCa() && !caElsewhere) {
      problems.error(
          "match_typed_subject_alt_names",
          "SAN-based verification of peer certificates without trusted CA is insecure and not"
              + " allowed; trusted_ca is required");
    }
    if (proto.hasCrl() && !proto.hasTrustedCa() && !caElsewhere) {
      problems.error("crl", "a certificate revocation list without trusted_ca is not allowed");
    }
    return new ValidationConfig(
        watched(
            TlsCertificateCompiler.source(
                proto.hasTrustedCa(), proto.getTrustedCa(), "trusted_ca", problems),
            proto.getWatchedDirectory().getPath()),
        sans,
        hashes(proto, problems),
        List.copyOf(proto.getVerifyCertificateSpkiList()),
        watched(
            TlsCertificateCompiler.source(proto.hasCrl(), proto.getCrl(), "crl", problems),
            proto.getWatchedDirectory().getPath()),
        proto.getOnlyVerifyLeafCertCrl(),
        acceptUntrusted,
        proto.getAllowExpiredCertificate(),
        Unsigned.within(
            proto.hasMaxVerifyDepth(),
            proto.getMaxVerifyDepth(),
            -1,
            0,
            100,
            problems.at("max_verify_depth")),
        domains);
  }

  private static void refuseUnsupported(CertificateValidationContext proto, Problems problems) {
    if (proto.hasCaCertificateProviderInstance()) {
      problems.unsupported("ca_certificate_provider_instance");
    }
    if (proto.hasSystemRootCerts()) {
      problems.unsupported("system_root_certs");
    }
    if (proto.getRequireSignedCertificateTimestamp().getValue()) {
      problems.unsupported("require_signed_certificate_timestamp");
    }
  }

  @SuppressWarnings("deprecation") // match_subject_alt_names
  private static List<SanMatcher> sanMatchers(
      CertificateValidationContext proto, Problems problems) {
    List<SanMatcher> matchers = new ArrayList<>();
    for (int i = 0; i < proto.getMatchTypedSubjectAltNamesCount(); i++) {
      Problems here = problems.at("match_typed_subject_alt_names", i);
      SubjectAltNameMatcher matcher = proto.getMatchTypedSubjectAltNames(i);
      matchers.add(sanMatcher(matcher, here));
    }
    if (matchers.isEmpty()) {
      for (int i = 0; i < proto.getMatchSubjectAltNamesCount(); i++) {
        StringMatcher matcher = proto.getMatchSubjectAltNames(i);
        matchers.add(
            new SanMatcher(
                SanType.ANY,
                StringMatcherCompiler.compile(matcher, problems.at("match_subject_alt_names", i)),
                ""));
      }
    }
    return matchers;
  }

  public static SanMatcher sanMatcher(SubjectAltNameMatcher proto, Problems problems) {
    return new SanMatcher(
        type(proto, problems),
        StringMatcherCompiler.compile(proto.getMatcher(), problems.at("matcher")),
        proto.getOid());
  }

  private static SanType type(SubjectAltNameMatcher proto, Problems problems) {
    return switch (proto.getSanType()) {
      case EMAIL -> SanType.EMAIL;
      case DNS -> SanType.DNS;
      case URI -> SanType.URI;
      case IP_ADDRESS -> SanType.IP_ADDRESS;
      case OTHER_NAME -> {
        if (proto.getOid().isEmpty()) {
          problems.error("oid", "is required for OTHER_NAME");
        }
        yield SanType.OTHER_NAME;
      }
      case SAN_TYPE_UNSPECIFIED, UNRECOGNIZED -> {
        problems.error("san_type", "one of EMAIL, DNS, URI, IP_ADDRESS and OTHER_NAME is required");
        yield SanType.ANY;
      }
    };
  }

  /** The file with the directory that is watched for its replacement. */
  private static @Nullable DataSource watched(@Nullable DataSource source, String directory) {
    return source instanceof DataSource.File file && !directory.isEmpty()
        ? new DataSource.File(file.path(), directory)
        : source;
  }

  private static List<String> hashes(CertificateValidationContext proto, Problems problems) {
    List<String> hashes = new ArrayList<>();
    for (int i = 0; i < proto.getVerifyCertificateHashCount(); i++) {
      String hash = proto.getVerifyCertificateHash(i).replace(":", "").toLowerCase(Locale.ROOT);
      if (hash.length() != 64 || !hash.chars().allMatch(c -> Character.digit(c, 16) >= 0)) {
        problems
            .at("verify_certificate_hash", i)
            .error("'" + proto.getVerifyCertificateHash(i) + "' is not a SHA-256 in hex");
      }
      hashes.add(hash);
    }
    return hashes;
  }
}
