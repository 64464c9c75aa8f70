package io.outrigger.control.grpc;

import io.grpc.Attributes;
import io.grpc.Grpc;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/** Reads the SPIFFE identity of a caller's verified certificate. */
public final class PeerIdentity {
  /** Type of a URI among subject alternative names (RFC 5280, 4.2.1.6). */
  private static final int URI = 6;

  /** The identity, or null where the caller showed no certificate or it names none. */
  public static @Nullable String of(Attributes attributes) {
    SSLSession session = attributes.get(Grpc.TRANSPORT_ATTR_SSL_SESSION);
    if (session == null) {
      return null;
    }
    try {
      X509Certificate leaf = (X509Certificate) session.getPeerCertificates()[0];
      Collection<List<?>> names = leaf.getSubjectAlternativeNames();
      if (names == null) {
        return null;
      }
      String found = null;
      for (List<?> name : names) {
        if (name.get(0).equals(URI)) {
          if (found != null) {
            return null; // an SVID has exactly one URI (SPIFFE X509-SVID, section 2)
          }
          found = (String) name.get(1);
        }
      }
      return found;
    } catch (SSLPeerUnverifiedException | CertificateParsingException e) {
      return null;
    }
  }

  private PeerIdentity() {}
}
