package io.outrigger.config.tls;

import io.outrigger.config.compile.Problems;
import io.outrigger.config.source.DataSource;
import io.outrigger.config.source.DataSourceCompiler;
import org.jspecify.annotations.Nullable;

/** Compiles TlsCertificate messages. */
final class TlsCertificateCompiler {
  private TlsCertificateCompiler() {}

  static TlsCertificate compile(
      io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.TlsCertificate proto,
      Problems problems) {
    if (proto.hasPrivateKeyProvider()) {
      problems.unsupported("private_key_provider");
    } else if (proto.hasPkcs12()) {
      if (proto.hasCertificateChain() || proto.hasPrivateKey()) {
        problems.error("pkcs12", "stands alone: no certificate_chain or private_key beside it");
      }
    } else {
      if (!proto.hasCertificateChain()) {
        problems.error("certificate_chain", "is required");
      }
      if (!proto.hasPrivateKey()) {
        problems.error("private_key", "is required");
      }
    }
    if (proto.getSignedCertificateTimestampCount() > 0) {
      problems.ignored("signed_certificate_timestamp");
    }
    if (proto.getOcspStaple().hasInlineString()) {
      problems.error("ocsp_staple", "cannot be provided via inline_string; it is DER, not text");
    }
    return new TlsCertificate(
        source(
            proto.hasCertificateChain(),
            proto.getCertificateChain(),
            "certificate_chain",
            problems),
        source(proto.hasPrivateKey(), proto.getPrivateKey(), "private_key", problems),
        source(proto.hasPkcs12(), proto.getPkcs12(), "pkcs12", problems),
        source(proto.hasPassword(), proto.getPassword(), "password", problems),
        source(proto.hasOcspStaple(), proto.getOcspStaple(), "ocsp_staple", problems),
        proto.getWatchedDirectory().getPath());
  }

  static @Nullable DataSource source(
      boolean has,
      io.envoyproxy.envoy.config.core.v3.DataSource proto,
      String field,
      Problems problems) {
    return has ? DataSourceCompiler.compile(proto, problems.at(field)) : null;
  }
}
