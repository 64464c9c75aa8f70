package io.outrigger.control.kubernetes;

import io.outrigger.api.yaml.Node;
import io.outrigger.api.yaml.Place;
import io.outrigger.control.resource.ResourceProblems;
import io.outrigger.identity.Pem;
import io.outrigger.identity.PrivateKeys;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Picks key, certificate and authorities out of a Secret, under the names of Kubernetes and of
 * Istio. What it says of a Secret never quotes a value.
 */
public final class TlsSecretReader {
  private static final String TLS_TYPE = "kubernetes.io/tls";
  private static final String[] CERTIFICATES = {"tls.crt", "cert"};
  private static final String[] KEYS = {"tls.key", "key"};
  private static final String[] AUTHORITIES = {"ca.crt", "cacert"};

  private record Value(String field, String text, Place place) {}

  private final ResourceProblems problems;
  private final Map<String, Value> values = new LinkedHashMap<>();

  private TlsSecretReader(ResourceProblems problems) {
    this.problems = problems;
  }

  /** Null for a Secret that isn't for TLS, or after an error. */
  public static @Nullable TlsSecret read(Node.Mapping document, ResourceProblems problems) {
    return new TlsSecretReader(problems).secret(document);
  }

  private @Nullable TlsSecret secret(Node.Mapping document) {
    take(document, "data", true);
    take(document, "stringData", false);
    Value certificates = first(CERTIFICATES);
    Value key = first(KEYS);
    Value authorities = first(AUTHORITIES);
    boolean tls = document.get("type") instanceof Node.Scalar type && type.text().equals(TLS_TYPE);
    if (certificates == null || key == null) {
      if (tls || (certificates != null && authorities != null)) {
        problems.error(
            document.place(),
            "data",
            "must have " + (certificates == null ? "tls.crt" : "tls.key"));
        return null;
      }
      if (authorities == null) {
        return null;
      }
    }
    if (authorities != null) {
      certificates(authorities);
    }
    if (certificates != null && key != null) {
      own(certificates, key);
    }
    return problems.errors()
        ? null
        : new TlsSecret(
            certificates == null || key == null ? null : certificates.text,
            certificates == null || key == null ? null : key.text,
            authorities == null ? null : authorities.text);
  }

  private @Nullable Value first(String[] names) {
    for (String name : names) {
      Value value = values.get(name);
      if (value != null && !value.text.isBlank()) {
        return value;
      }
    }
    return null;
  }

  private void take(Node.Mapping document, String field, boolean encoded) {
    if (!(document.get(field) instanceof Node.Mapping mapping)) {
      return;
    }
    for (Node.Entry entry : mapping.entries()) {
      if (!List.of(CERTIFICATES).contains(entry.key())
          && !List.of(KEYS).contains(entry.key())
          && !List.of(AUTHORITIES).contains(entry.key())) {
        continue;
      }
      String path = field + "." + entry.key();
      if (!(entry.value() instanceof Node.Scalar scalar)) {
        problems.error(entry.place(), path, "must be a text");
        continue;
      }
      String text = scalar.isNull() ? "" : scalar.text();
      if (encoded) {
        try {
          text = new String(Base64.getMimeDecoder().decode(text), StandardCharsets.ISO_8859_1);
        } catch (IllegalArgumentException e) {
          problems.error(entry.place(), path, "isn't base64");
          continue;
        }
      }
      values.put(entry.key(), new Value(path, text, entry.place()));
    }
  }

  private void own(Value certificates, Value key) {
    List<X509Certificate> chain = certificates(certificates);
    if (chain.isEmpty()) {
      return;
    }
    X509Certificate leaf = chain.getFirst();
    try {
      if (!PrivateKeys.fits(
          PrivateKeys.read(key.text, leaf.getPublicKey(), null), leaf.getPublicKey())) {
        problems.error(key.place, key.field, "isn't the key of the certificate");
      }
    } catch (IllegalArgumentException e) {
      problems.error(key.place, key.field, "isn't a key of the certificate's kind in PEM");
    }
    if (leaf.getNotAfter().toInstant().isBefore(Instant.now())) {
      problems.warning(
          certificates.place, certificates.field, "expired at " + leaf.getNotAfter().toInstant());
    }
  }

  private List<X509Certificate> certificates(Value value) {
    try {
      return Pem.certificates(value.text);
    } catch (IllegalArgumentException e) {
      problems.error(value.place, value.field, "isn't one or more certificates in PEM");
      return List.of();
    }
  }
}
