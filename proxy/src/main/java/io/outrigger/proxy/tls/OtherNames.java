package io.outrigger.proxy.tls;

import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;

/** Reads the otherName entries of a certificate's subject alternative names. */
final class OtherNames {
  private static final int OTHER_NAME = 0;

  private OtherNames() {}

  /** The values under this type id that are strings; malformed ones are left out. */
  static List<String> texts(X509Certificate certificate, String oid) {
    var found = new ArrayList<String>(1);
    try {
      var all = certificate.getSubjectAlternativeNames();
      for (List<?> san : all == null ? List.<List<?>>of() : all) {
        // the JDK gives {0, DER, type id, value}, of which the first two are always there
        if (san.get(0) instanceof Integer type
            && type == OTHER_NAME
            && san.size() >= 4
            && oid.equals(san.get(2))) {
          if (san.get(3) instanceof String text) {
            found.add(text);
          } else if (san.get(3) instanceof byte[] value) {
            found.add(new String(value, StandardCharsets.UTF_8));
          }
        }
      }
    } catch (CertificateParsingException malformed) {
      return List.of();
    }
    return found;
  }
}
