package io.outrigger.config.tls;

import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext;
import io.outrigger.config.compile.Millis;
import io.outrigger.config.compile.Problems;
import io.outrigger.config.source.DataSource;
import io.outrigger.config.source.DataSourceCompiler;
import java.util.ArrayList;
import java.util.List;

/** Compiles DownstreamTlsContext messages. */
public final class DownstreamTlsCompiler {
  private static final int TICKET_KEY_BYTES = 80;

  private DownstreamTlsCompiler() {}

  /**
   * The context.
   *
   * @param exchanges whether a filter reads the metadata of peers that agree on exchanging it
   */
  public static DownstreamTls compile(
      DownstreamTlsContext proto, boolean exchanges, Problems problems) {
    CommonTls common =
        CommonTlsCompiler.compile(
            proto.getCommonTlsContext(),
            CommonTls.TlsVersion.TLS_1_3,
            exchanges,
            problems.at("common_tls_context"));
    if (common.certificates().isEmpty()) {
      problems
          .at("common_tls_context")
          .error(
              "No TLS certificates found for server context; tls_certificates or"
                  + " tls_certificate_sds_secret_configs is required");
    }
    OcspStaplePolicy staples = OcspStaplePolicy.of(proto.getOcspStaplePolicy());
    for (int i = 0; i < common.certificates().size(); i++) {
      if (staples == OcspStaplePolicy.MUST_STAPLE
          && common.certificates().get(i) instanceof CertificateSource.Here here
          && here.certificate().ocspStaple() == null) {
        problems
            .at("common_tls_context")
            .at("tls_certificates", i)
            .error("ocsp_staple", "Required OCSP response is missing from TLS context");
      }
    }
    boolean ticketsBySds = proto.hasSessionTicketKeysSdsSecretConfig();
    boolean noTickets =
        proto.hasDisableStatelessSessionResumption()
            && proto.getDisableStatelessSessionResumption();
    return new DownstreamTls(
        common,
        proto.getRequireClientCertificate().getValue(),
        proto.getRequireSni().getValue(),
        noTickets,
        proto.getDisableStatefulSessionResumption(),
        ticketKeys(proto, problems),
        ticketsBySds
            ? SdsSourceCompiler.compile(
                proto.getSessionTicketKeysSdsSecretConfig(),
                problems.at("session_ticket_keys_sds_secret_config"))
            : null,
        Millis.orElse(
                proto.hasSessionTimeout(),
                proto.getSessionTimeout(),
                0,
                problems.at("session_timeout"))
            / 1000,
        proto.getFullScanCertsOnSniMismatch().getValue(),
        proto.getPreferClientCiphers(),
        staples,
        proto);
  }

  private static List<DataSource> ticketKeys(DownstreamTlsContext proto, Problems problems) {
    List<DataSource> keys = new ArrayList<>();
    for (int i = 0; i < proto.getSessionTicketKeys().getKeysCount(); i++) {
      Problems here = problems.at("session_ticket_keys").at("keys", i);
      DataSource key = DataSourceCompiler.compile(proto.getSessionTicketKeys().getKeys(i), here);
      if (key instanceof DataSource.Inline inline && inline.bytes().size() != TICKET_KEY_BYTES) {
        here.error(
            "Incorrect TLS session ticket key length. Length "
                + inline.bytes().size()
                + ", expected length "
                + TICKET_KEY_BYTES);
      }
      keys.add(key);
    }
    return keys;
  }
}
