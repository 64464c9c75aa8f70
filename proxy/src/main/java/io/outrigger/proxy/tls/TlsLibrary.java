package io.outrigger.proxy.tls;

import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslProvider;
import io.outrigger.config.tls.CommonTls;
import io.outrigger.proxy.log.Log;

/**
 * Which TLS implementation this process uses: BoringSSL, or the JDK where its library is missing.
 */
final class TlsLibrary {
  private static final SslProvider PROVIDER = choose();

  private TlsLibrary() {}

  /** {@code halfClose}: the connection's two directions end on their own. */
  static SslProvider provider(CommonTls common, boolean halfClose) {
    return halfClose && common.maxVersion() == CommonTls.TlsVersion.TLS_1_3
        ? SslProvider.JDK
        : PROVIDER;
  }

  private static SslProvider choose() {
    if (OpenSsl.isAvailable()) {
      return SslProvider.OPENSSL_REFCNT;
    }
    Log.TLS.warning(
        "BoringSSL isn't there for this machine, so TLS is the JDK's, which is slower: "
            + OpenSsl.unavailabilityCause());
    return SslProvider.JDK;
  }
}
