package io.outrigger.proxy.tls;

import io.outrigger.config.source.DataSource;
import io.outrigger.config.tls.OcspStaplePolicy;
import io.outrigger.config.tls.TlsCertificate;
import java.security.cert.X509Certificate;
import org.jspecify.annotations.Nullable;

/** One certificate's OCSP response, and what is done with it. */
record Staples(@Nullable OcspStaple staple, boolean mustStaple, OcspStaplePolicy policy) {
  /** The extension by which a certificate demands a response (RFC 7633 section 4.2). */
  private static final String TLS_FEATURE = "1.3.6.1.5.5.7.1.24";

  /** What a client that asks gets. */
  enum Action {
    STAPLE,
    NONE,
    FAIL
  }

  static Staples read(TlsCertificate config, X509Certificate leaf, OcspStaplePolicy policy)
      throws TlsException {
    boolean must = leaf.getExtensionValue(TLS_FEATURE) != null;
    DataSource source = config.ocspStaple();
    byte[] response = source == null ? new byte[0] : DataSources.read(source, "ocsp_staple");
    if (response.length > 0) {
      return new Staples(OcspStaple.read(response, leaf), must, policy);
    }
    if (must) {
      throw new TlsException("OCSP response is required for must-staple certificate");
    }
    if (policy == OcspStaplePolicy.MUST_STAPLE) {
      throw new TlsException("Required OCSP response is missing from TLS context");
    }
    return new Staples(null, false, policy);
  }

  /** Whether it must be known if the client asks. */
  boolean matters() {
    return staple != null || policy != OcspStaplePolicy.LENIENT_STAPLING;
  }

  Action action(long nowMillis) {
    if (staple != null && staple.isFresh(nowMillis)) {
      return Action.STAPLE;
    }
    if (mustStaple || policy == OcspStaplePolicy.MUST_STAPLE) {
      return Action.FAIL;
    }
    return policy == OcspStaplePolicy.STRICT_STAPLING && staple != null ? Action.FAIL : Action.NONE;
  }
}
