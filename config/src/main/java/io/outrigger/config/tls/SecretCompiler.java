package io.outrigger.config.tls;

import io.outrigger.config.compile.Compiled;
import io.outrigger.config.compile.Problems;
import io.outrigger.config.source.DataSource;
import io.outrigger.config.source.DataSourceCompiler;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Compiles Secret messages, from the bootstrap or SDS. */
public final class SecretCompiler {
  private static final String MESSAGE = "envoy.extensions.transport_sockets.tls.v3.Secret";

  private SecretCompiler() {}

  public static Compiled<Secret> compile(
      io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.Secret proto) {
    Problems problems = new Problems();
    problems.checkRules(MESSAGE, proto);
    return Compiled.of(compile(proto, problems), problems);
  }

  public static @Nullable Secret compile(
      io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.Secret proto, Problems problems) {
    return switch (proto.getTypeCase()) {
      case TLS_CERTIFICATE ->
          new Secret.Certificate(
              proto.getName(),
              TlsCertificateCompiler.compile(
                  proto.getTlsCertificate(), problems.at("tls_certificate")));
      case VALIDATION_CONTEXT ->
          new Secret.Validation(
              proto.getName(),
              ValidationCompiler.compile(
                  proto.getValidationContext(), true, problems.at("validation_context")));
      case SESSION_TICKET_KEYS -> {
        List<DataSource> keys = new ArrayList<>();
        for (int i = 0; i < proto.getSessionTicketKeys().getKeysCount(); i++) {
          keys.add(
              DataSourceCompiler.compile(
                  proto.getSessionTicketKeys().getKeys(i),
                  problems.at("session_ticket_keys").at("keys", i)));
        }
        yield new Secret.TicketKeys(proto.getName(), keys);
      }
      case GENERIC_SECRET ->
          new Secret.Generic(
              proto.getName(),
              DataSourceCompiler.compile(
                  proto.getGenericSecret().getSecret(),
                  problems.at("generic_secret").at("secret")));
      case TYPE_NOT_SET -> {
        problems.error(
            "one of tls_certificate, validation_context, session_ticket_keys or generic_secret is"
                + " required");
        yield null;
      }
    };
  }
}
