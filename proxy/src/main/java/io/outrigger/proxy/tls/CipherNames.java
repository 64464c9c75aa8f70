package io.outrigger.proxy.tls;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** OpenSSL's names of cipher suites beside the JDK's, and Envoy's default list. */
final class CipherNames {
  private static final List<String> TLS_1_3 =
      List.of("TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256");

  /** Envoy's default for TLS 1.2. */
  private static final List<String> DEFAULT =
      List.of(
          "ECDHE-ECDSA-AES128-GCM-SHA256",
          "ECDHE-ECDSA-CHACHA20-POLY1305",
          "ECDHE-RSA-AES128-GCM-SHA256",
          "ECDHE-RSA-CHACHA20-POLY1305",
          "ECDHE-ECDSA-AES256-GCM-SHA384",
          "ECDHE-RSA-AES256-GCM-SHA384");

  /** Those of TLS 1.2 that BoringSSL has. */
  private static final Map<String, String> TO_JDK = new LinkedHashMap<>();

  private static final Map<String, String> TO_OPENSSL = new LinkedHashMap<>();

  static {
    for (String exchange : List.of("ECDHE-ECDSA", "ECDHE-RSA", "")) {
      for (String cipher :
          List.of(
              "AES128-GCM-SHA256",
              "AES256-GCM-SHA384",
              "CHACHA20-POLY1305",
              "AES128-SHA",
              "AES256-SHA",
              "AES128-SHA256")) {
        String openssl = exchange.isEmpty() ? cipher : exchange + "-" + cipher;
        String jdk =
            "TLS_"
                + (exchange.isEmpty() ? "RSA" : exchange.replace('-', '_'))
                + "_WITH_"
                + cipher
                    .replace("AES128-GCM", "AES_128_GCM")
                    .replace("AES256-GCM", "AES_256_GCM")
                    .replace("AES128-SHA", "AES_128_CBC_SHA")
                    .replace("AES256-SHA", "AES_256_CBC_SHA")
                    .replace("CHACHA20-POLY1305", "CHACHA20_POLY1305_SHA256")
                    .replace('-', '_');
        TO_JDK.put(openssl, jdk);
        TO_OPENSSL.put(jdk, openssl);
      }
    }
  }

  private CipherNames() {}

  /** The suites to offer, for a configured list in OpenSSL's syntax; empty is the default. */
  static List<String> offer(List<String> configured) {
    List<String> suites = new ArrayList<>(TLS_1_3);
    for (String entry : configured.isEmpty() ? DEFAULT : configured) {
      // [A|B] are of equal preference in BoringSSL; here the first is preferred
      for (String name : entry.replaceAll("[\\[\\]]", "").split("\\|", -1)) {
        suites.add(TO_JDK.getOrDefault(name, name));
      }
    }
    return suites;
  }

  /** As Envoy prints it. */
  static String openssl(String jdk) {
    return TO_OPENSSL.getOrDefault(jdk, jdk);
  }
}
