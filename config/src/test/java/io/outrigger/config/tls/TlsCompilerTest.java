package io.outrigger.config.tls;

import static org.assertj.core.api.Assertions.assertThat;

import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext;
import io.outrigger.config.YamlProto;
import io.outrigger.config.compile.Problem;
import io.outrigger.config.compile.Problems;
import io.outrigger.config.source.ConfigSource;
import io.outrigger.config.source.DataSource;
import io.outrigger.config.tls.CommonTls.TlsVersion;
import io.outrigger.config.tls.SanMatcher.SanType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TlsCompilerTest {
  private static final String CERTIFICATE =
      "tls_certificates: [{certificate_chain: {inline_string: c}, private_key: {inline_string:"
          + " k}}]";

  @Test
  void versionsDifferBySide() {
    DownstreamTls down = downstream("{common_tls_context: {" + CERTIFICATE + "}}");
    assertThat(down.common().minVersion()).isEqualTo(TlsVersion.TLS_1_2);
    assertThat(down.common().maxVersion()).isEqualTo(TlsVersion.TLS_1_3);
    UpstreamTls up = upstream("{sni: a}");
    assertThat(up.common().maxVersion()).isEqualTo(TlsVersion.TLS_1_2);
    assertThat(up.maxSessionKeys()).isEqualTo(1);
    assertThat(up.common().validation()).isNull();
  }

  @Test
  void compilesWhatIstioSends() {
    DownstreamTls tls =
        downstream(
            """
            require_client_certificate: true
            common_tls_context:
              alpn_protocols: [istio-peer-exchange, h2, http/1.1]
              tls_certificate_sds_secret_configs:
              - name: default
                sds_config: {api_config_source: {api_type: GRPC, transport_api_version: V3, grpc_services: [{envoy_grpc: {cluster_name: sds-grpc}}]}, initial_fetch_timeout: 0s}
              combined_validation_context:
                default_validation_context: {match_typed_subject_alt_names: [{san_type: URI, matcher: {prefix: spiffe://cluster.local/}}]}
                validation_context_sds_secret_config: {name: ROOTCA, sds_config: {ads: {}}}
            """);
    assertThat(tls.requireClientCertificate()).isTrue();
    // nobody may agree on an exchange of metadata that isn't done here
    assertThat(tls.common().alpnProtocols()).containsExactly("h2", "http/1.1");
    assertThat(tls.secrets()).extracting(SdsSource::name).containsExactly("default", "ROOTCA");
    ValidationSource.Combined combined = (ValidationSource.Combined) tls.common().validation();
    assertThat(combined).isNotNull();
    assertThat(combined.defaults().sanMatchers().getFirst().type()).isEqualTo(SanType.URI);
    assertThat(combined.sds().source()).isEqualTo(new ConfigSource.Ads(15_000));
  }

  @Test
  void keepsInlineBytesAndHashesInOneForm() {
    DownstreamTls tls =
        downstream(
            "{common_tls_context: {"
                + CERTIFICATE
                + ", validation_context: {trusted_ca: {inline_string: ca},"
                + " verify_certificate_hash: ['"
                + "AB:".repeat(31)
                + "CD']}}}");
    ValidationSource.Here here = (ValidationSource.Here) tls.common().validation();
    assertThat(here).isNotNull();
    assertThat(here.validation().certificateHashes()).containsExactly("ab".repeat(31) + "cd");
    assertThat(((DataSource.Inline) here.validation().trustedCa()).bytes().toStringUtf8())
        .isEqualTo("ca");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      value = {
        "{common_tls_context: {}}; common_tls_context; No TLS certificates found",
        "{common_tls_context: {tls_certificates: [{certificate_chain: {inline_string: c}}]}};"
            + " common_tls_context.tls_certificates[0].private_key; is required",
        "{common_tls_context: {tls_certificates: [{certificate_chain: {filename: /no/such/file},"
            + " private_key: {inline_string: k}}]}};"
            + " common_tls_context.tls_certificates[0].certificate_chain.filename; '/no/such/file'",
        "{common_tls_context: {CERT, validation_context: {match_typed_subject_alt_names:"
            + " [{san_type: DNS, matcher: {exact: a}}]}}};"
            + " common_tls_context.validation_context.match_typed_subject_alt_names; without"
            + " trusted CA",
        "{common_tls_context: {CERT, validation_context: {trusted_ca: {inline_string: c},"
            + " match_typed_subject_alt_names: [{matcher: {exact: a}}]}}};"
            + " common_tls_context.validation_context.match_typed_subject_alt_names[0].san_type;"
            + " URI",
        "{common_tls_context: {CERT, tls_params: {cipher_suites:"
            + " ['[ECDHE-RSA-AES128-SHA|RC4-SHA]']}}};"
            + " common_tls_context.tls_params.cipher_suites[0]; 'RC4-SHA'",
        "{common_tls_context: {CERT, tls_params: {ecdh_curves: [nope]}}};"
            + " common_tls_context.tls_params.ecdh_curves[0]; 'nope'",
        "{common_tls_context: {CERT}, session_ticket_keys: {keys: [{inline_string: short}]}};"
            + " session_ticket_keys.keys[0]; expected length 80",
        "{common_tls_context: {CERT, tls_params: {tls_minimum_protocol_version: TLSv1_3,"
            + " tls_maximum_protocol_version: TLSv1_2}}};"
            + " common_tls_context.tls_params.tls_minimum_protocol_version; above",
        "{common_tls_context: {CERT, validation_context: {custom_validator_config: {name: x}}}};"
            + " common_tls_context.validation_context.custom_validator_config; not supported",
        "{common_tls_context: {CERT, validation_context: {custom_validator_config: {name: spiffe,"
            + " typed_config: {'@type': type.googleapis.com/envoy.extensions.transport_sockets.tls"
            + ".v3.SPIFFECertValidatorConfig, trust_domains: [{name: a, trust_bundle:"
            + " {inline_string: c}}, {name: a, trust_bundle: {inline_string: c}}]}}}}};"
            + " common_tls_context.validation_context.custom_validator_config.typed_config"
            + ".trust_domains[1].name; Multiple trust bundles",
        "{ocsp_staple_policy: MUST_STAPLE, common_tls_context: {CERT}};"
            + " common_tls_context.tls_certificates[0].ocsp_staple; Required OCSP response is missing",
        "{common_tls_context: {tls_certificates: [{certificate_chain: {inline_string: c},"
            + " private_key: {inline_string: k}, ocsp_staple: {inline_string: x}}]}};"
            + " common_tls_context.tls_certificates[0].ocsp_staple; inline_string",
      })
  void refusesWithTheFieldsPath(String yaml, String path, String message) {
    Problems problems = new Problems();
    DownstreamTlsCompiler.compile(
        downstreamProto(yaml.replace("CERT", CERTIFICATE)), false, problems);
    assertThat(problems.list())
        .anySatisfy(
            problem -> {
              assertThat(problem.fieldPath()).isEqualTo(path);
              assertThat(problem.message()).contains(message);
              assertThat(problem.isError()).isTrue();
            });
  }

  private static DownstreamTls downstream(String yaml) {
    Problems problems = new Problems();
    DownstreamTls tls = DownstreamTlsCompiler.compile(downstreamProto(yaml), false, problems);
    assertThat(problems.list().stream().filter(Problem::isError)).isEmpty();
    return tls;
  }

  private static DownstreamTlsContext downstreamProto(String yaml) {
    return YamlProto.of(
        "envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext",
        DownstreamTlsContext.parser(),
        yaml);
  }

  private static UpstreamTls upstream(String yaml) {
    Problems problems = new Problems();
    UpstreamTls tls =
        UpstreamTlsCompiler.compile(
            YamlProto.of(
                "envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext",
                UpstreamTlsContext.parser(),
                yaml),
            false,
            problems);
    assertThat(problems.list()).isEmpty();
    return tls;
  }
}
