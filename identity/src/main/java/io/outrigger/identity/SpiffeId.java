package io.outrigger.identity;

import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A workload's name: {@code spiffe://TRUST_DOMAIN/ns/NAMESPACE/sa/SERVICE_ACCOUNT}, as Istio lays
 * it out.
 */
public record SpiffeId(String trustDomain, String namespace, String serviceAccount) {
  private static final String SCHEME = "spiffe://";
  private static final int MAX_NAME = 253;

  /** The type of a URI among a certificate's subject alternative names (RFC 5280, 4.2.1.6). */
  private static final int SAN_URI = 6;

  public SpiffeId {
    check("trust domain", trustDomain);
    check("namespace", namespace);
    check("service account", serviceAccount);
  }

  /**
   * Reads a SPIFFE id.
   *
   * @throws IllegalArgumentException if it isn't one of a workload; says why
   */
  public static SpiffeId parse(String uri) {
    if (!uri.startsWith(SCHEME)) {
      throw new IllegalArgumentException(quote(uri) + " doesn't begin with spiffe://");
    }
    String[] parts = uri.substring(SCHEME.length()).split("/", -1);
    if (parts.length != 5 || !parts[1].equals("ns") || !parts[3].equals("sa")) {
      throw new IllegalArgumentException(
          quote(uri) + " isn't spiffe://TRUST_DOMAIN/ns/NAMESPACE/sa/SERVICE_ACCOUNT");
    }
    return new SpiffeId(parts[0], parts[2], parts[4]);
  }

  /** The id in a certificate; null unless exactly one URI is there and is a workload's id. */
  public static @Nullable SpiffeId of(X509Certificate certificate) {
    try {
      Collection<List<?>> names = certificate.getSubjectAlternativeNames();
      String uri = null;
      for (List<?> name : names == null ? List.<List<?>>of() : names) {
        if (Integer.valueOf(SAN_URI).equals(name.get(0))) {
          if (uri != null) {
            return null;
          }
          uri = (String) name.get(1);
        }
      }
      return uri == null ? null : parse(uri);
    } catch (CertificateParsingException | IllegalArgumentException e) {
      return null;
    }
  }

  public String uri() {
    return SCHEME + trustDomain + "/ns/" + namespace + "/sa/" + serviceAccount;
  }

  /** Whether both name the same workload, whatever the trust domain. */
  public boolean sameWorkload(SpiffeId other) {
    return namespace.equals(other.namespace) && serviceAccount.equals(other.serviceAccount);
  }

  @Override
  public String toString() {
    return uri();
  }

  /** Lower-case letters, digits, '-', '.' (and '_' in trust domains), as DNS and SPIFFE allow. */
  private static void check(String what, String name) {
    boolean good = !name.isEmpty() && name.length() <= MAX_NAME;
    for (int i = 0; good && i < name.length(); i++) {
      char c = name.charAt(i);
      boolean inner = i > 0 && i < name.length() - 1;
      good =
          (c >= 'a' && c <= 'z')
              || (c >= '0' && c <= '9')
              || (inner && (c == '-' || c == '.'))
              || (c == '_' && what.equals("trust domain"));
    }
    if (!good) {
      throw new IllegalArgumentException(
          what
              + " "
              + quote(name)
              + ": lower-case letters, digits, '-' and '.' are allowed, up to "
              + MAX_NAME
              + ", with a letter or digit at both ends");
    }
  }

  private static String quote(String text) {
    String shown = text.length() > 80 ? text.substring(0, 80) + "…" : text;
    return '"' + shown.replaceAll("\\p{Cntrl}", "?") + '"';
  }
}
