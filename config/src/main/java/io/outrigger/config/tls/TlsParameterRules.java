package io.outrigger.config.tls;

import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.TlsParameters;
import io.outrigger.config.compile.Problems;
import java.util.List;

/** Checks the names in TlsParameters, so that none is dropped in silence by the library. */
final class TlsParameterRules {
  private static final List<String> CIPHERS =
      List.of(
          "ECDHE-ECDSA-AES128-GCM-SHA256",
          "ECDHE-ECDSA-AES256-GCM-SHA384",
          "ECDHE-ECDSA-CHACHA20-POLY1305",
          "ECDHE-ECDSA-AES128-SHA",
          "ECDHE-ECDSA-AES256-SHA",
          "ECDHE-RSA-AES128-GCM-SHA256",
          "ECDHE-RSA-AES256-GCM-SHA384",
          "ECDHE-RSA-CHACHA20-POLY1305",
          "ECDHE-RSA-AES128-SHA",
          "ECDHE-RSA-AES256-SHA",
          "ECDHE-ECDSA-AES128-SHA256",
          "ECDHE-RSA-AES128-SHA256",
          "AES128-GCM-SHA256",
          "AES256-GCM-SHA384",
          "AES128-SHA",
          "AES256-SHA");
  private static final List<String> CURVES =
      List.of("X25519MLKEM768", "X25519", "P-256", "P-384", "P-521");

  private TlsParameterRules() {}

  static void check(TlsParameters proto, Problems problems) {
    for (int i = 0; i < proto.getCipherSuitesCount(); i++) {
      String entry = proto.getCipherSuites(i);
      boolean group = entry.startsWith("[") && entry.endsWith("]");
      String plain = group ? entry.substring(1, entry.length() - 1) : entry;
      for (String name : group ? plain.split("\\|", -1) : new String[] {plain}) {
        if (!CIPHERS.contains(name)) {
          problems
              .at("cipher_suites", i)
              .error("Failed to initialize cipher suites: '" + name + "'; allowed are " + CIPHERS);
        }
      }
    }
    for (int i = 0; i < proto.getEcdhCurvesCount(); i++) {
      if (!CURVES.contains(proto.getEcdhCurves(i))) {
        problems
            .at("ecdh_curves", i)
            .error(
                "Failed to initialize ECDH curves: '"
                    + proto.getEcdhCurves(i)
                    + "'; allowed are "
                    + CURVES);
      }
    }
    if (proto.getSignatureAlgorithmsCount() > 0) {
      problems.ignored("signature_algorithms");
    }
  }
}
