package io.outrigger.config.hcm;

import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager.SetCurrentClientCertDetails;
import io.outrigger.config.hcm.ClientCertForwarding.Mode;

/** Compiles what a connection manager does with x-forwarded-client-cert. */
final class ClientCertForwardingCompiler {
  private ClientCertForwardingCompiler() {}

  static ClientCertForwarding compile(HttpConnectionManager proto) {
    SetCurrentClientCertDetails details = proto.getSetCurrentClientCertDetails();
    return new ClientCertForwarding(
        switch (proto.getForwardClientCertDetails()) {
          case FORWARD_ONLY -> Mode.FORWARD_ONLY;
          case APPEND_FORWARD -> Mode.APPEND_FORWARD;
          case SANITIZE_SET -> Mode.SANITIZE_SET;
          case ALWAYS_FORWARD_ONLY -> Mode.ALWAYS_FORWARD_ONLY;
          case SANITIZE, UNRECOGNIZED -> Mode.SANITIZE;
        },
        details.getSubject().getValue(),
        details.getCert(),
        details.getChain(),
        details.getDns(),
        details.getUri());
  }
}
