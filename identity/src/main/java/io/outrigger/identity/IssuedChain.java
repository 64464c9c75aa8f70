package io.outrigger.identity;

import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;

/**
 * An authority's answer in its two parts.
 *
 * @param chain what peers are to be shown: the leaf, then intermediates
 * @param roots what the authority trusts; empty where it names none
 */
public record IssuedChain(List<X509Certificate> chain, List<X509Certificate> roots) {
  public IssuedChain {
    chain = List.copyOf(chain);
    roots = List.copyOf(roots);
  }

  /**
   * Parts it.
   *
   * @param received the leaf first; roots are those that are self-signed
   */
  public static IssuedChain of(List<X509Certificate> received) {
    List<X509Certificate> chain = new ArrayList<>(received.subList(0, 1));
    List<X509Certificate> roots = new ArrayList<>();
    for (X509Certificate certificate : received.subList(1, received.size())) {
      boolean selfSigned =
          certificate.getSubjectX500Principal().equals(certificate.getIssuerX500Principal());
      List<X509Certificate> part = selfSigned ? roots : chain;
      if (!part.contains(certificate)) {
        part.add(certificate);
      }
    }
    return new IssuedChain(chain, roots);
  }
}
