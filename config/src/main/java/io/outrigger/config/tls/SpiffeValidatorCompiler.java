package io.outrigger.config.tls;

import io.envoyproxy.envoy.config.core.v3.TypedExtensionConfig;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.CertificateValidationContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.SPIFFECertValidatorConfig;
import io.outrigger.config.compile.Problems;
import io.outrigger.config.compile.TypedExtension;
import io.outrigger.config.source.DataSource;
import io.outrigger.config.source.DataSourceCompiler;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Compiles SPIFFECertValidatorConfig messages: a trust bundle for each trust domain. */
final class SpiffeValidatorCompiler {
  private static final String TYPE =
      "envoy.extensions.transport_sockets.tls.v3.SPIFFECertValidatorConfig";

  private SpiffeValidatorCompiler() {}

  static List<ValidationConfig.TrustDomain> compile(TypedExtensionConfig proto, Problems problems) {
    Problems here = problems.at("typed_config");
    TypedExtension opened = TypedExtension.of(proto.getTypedConfig(), here);
    if (!opened.type().equals(TYPE)) {
      problems.error("'" + opened.type() + "' is not supported; " + TYPE + " is allowed");
      return List.of();
    }
    SPIFFECertValidatorConfig config = opened.parse(SPIFFECertValidatorConfig.parser(), here);
    if (config == null) {
      return List.of();
    }
    here.checkRules(TYPE, config);
    if (config.hasTrustBundles()) {
      here.unsupported("trust_bundles");
    } else if (config.getTrustDomainsCount() == 0) {
      here.error("trust_domains", "at least one is required");
    }
    return domains(config, here);
  }

  /** What Envoy's validator doesn't look at, said once each. */
  static void withoutEffect(CertificateValidationContext proto, Problems problems) {
    if (proto.hasTrustedCa()) {
      problems.warning("trusted_ca", "has no effect beside custom_validator_config");
    }
    if (proto.getVerifyCertificateHashCount() > 0) {
      problems.warning("verify_certificate_hash", "has no effect beside custom_validator_config");
    }
    if (proto.getVerifyCertificateSpkiCount() > 0) {
      problems.warning("verify_certificate_spki", "has no effect beside custom_validator_config");
    }
    if (proto.hasCrl()) {
      problems.warning("crl", "has no effect beside custom_validator_config");
    }
  }

  private static List<ValidationConfig.TrustDomain> domains(
      SPIFFECertValidatorConfig config, Problems problems) {
    List<ValidationConfig.TrustDomain> domains = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (int i = 0; i < config.getTrustDomainsCount(); i++) {
      SPIFFECertValidatorConfig.TrustDomain domain = config.getTrustDomains(i);
      Problems here = problems.at("trust_domains", i);
      if (!names.add(domain.getName())) {
        here.error(
            "name",
            "Multiple trust bundles are given for one trust domain for '"
                + domain.getName()
                + "'; one is allowed");
      }
      if (!domain.hasTrustBundle()) {
        here.error("trust_bundle", "is required");
        continue;
      }
      DataSource bundle =
          DataSourceCompiler.compile(domain.getTrustBundle(), here.at("trust_bundle"));
      domains.add(new ValidationConfig.TrustDomain(domain.getName(), bundle));
    }
    return domains;
  }
}
