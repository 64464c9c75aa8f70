package io.outrigger.control.translate.listener;

import io.envoyproxy.envoy.config.core.v3.DataSource;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.CertificateValidationContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.Secret;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.TlsCertificate;
import io.outrigger.control.translate.model.SecretModel;

/** Makes a secret. */
public final class SecretTranslator {
  private SecretTranslator() {}

  public static Secret translate(SecretModel model) {
    Secret.Builder out = Secret.newBuilder().setName(model.name());
    return switch (model) {
      case SecretModel.Certificate(var name, var chain, var key) ->
          out.setTlsCertificate(
                  TlsCertificate.newBuilder()
                      .setCertificateChain(inline(chain))
                      .setPrivateKey(inline(key)))
              .build();
      case SecretModel.Authorities(var name, var certificates) ->
          out.setValidationContext(
                  CertificateValidationContext.newBuilder().setTrustedCa(inline(certificates)))
              .build();
    };
  }

  private static DataSource inline(String text) {
    return DataSource.newBuilder().setInlineString(text).build();
  }
}
