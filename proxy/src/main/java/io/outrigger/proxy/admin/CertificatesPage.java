package io.outrigger.proxy.admin;

import io.outrigger.api.schema.JsonWriter;
import io.outrigger.config.cluster.ClusterConfig;
import io.outrigger.config.listener.FilterChain;
import io.outrigger.config.listener.ListenerConfig;
import io.outrigger.config.source.DataSource;
import io.outrigger.config.tls.CertificateSource;
import io.outrigger.config.tls.CommonTls;
import io.outrigger.config.tls.Secret;
import io.outrigger.config.tls.UpstreamTls;
import io.outrigger.config.tls.ValidationConfig;
import io.outrigger.config.tls.ValidationSource;
import io.outrigger.proxy.snapshot.Snapshot;
import io.outrigger.proxy.tls.PeerIdentity;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** {@code /certs}: the certificates in force and when they end. */
public final class CertificatesPage {
  /** A chain or trust anchors, and whether it is the latter. */
  private record Source(@Nullable DataSource anchors, @Nullable DataSource chain) {}

  private final Supplier<Snapshot> snapshots;

  public CertificatesPage(Supplier<Snapshot> snapshots) {
    this.snapshots = snapshots;
  }

  public void register(AdminPages pages) {
    pages.get("/certs", "print certs on machine", List.of(), request -> AdminReply.json(json()));
  }

  private String json() {
    Instant now = Instant.now();
    JsonWriter out = new JsonWriter(true);
    out.beginObject().name("certificates").beginArray();
    for (Source source : sources(snapshots.get())) {
      out.beginObject();
      certificates(out, "ca_cert", source.anchors(), now);
      certificates(out, "cert_chain", source.chain(), now);
      out.endObject();
    }
    return out.endArray().endObject() + "\n";
  }

  /** Whole days until the first own or trusted certificate ends; null if there is none. */
  public static @Nullable Long daysUntilFirstExpiry(Snapshot snapshot, Instant now) {
    Instant first = null;
    for (Source source : sources(snapshot)) {
      List<X509Certificate> all = new ArrayList<>(read(source.anchors()));
      all.addAll(read(source.chain()));
      for (X509Certificate certificate : all) {
        Instant end = certificate.getNotAfter().toInstant();
        first = first == null || end.isBefore(first) ? end : first;
      }
    }
    return first == null ? null : Math.max(0, Duration.between(now, first).toDays());
  }

  // ---- which certificates there are ----

  private static Set<Source> sources(Snapshot snapshot) {
    Set<Source> found = new LinkedHashSet<>();
    for (Secret secret : snapshot.secrets().values()) {
      if (secret instanceof Secret.Certificate own) {
        found.add(new Source(null, own.certificate().chain()));
      } else if (secret instanceof Secret.Validation trust) {
        validation(found, trust.validation());
      }
    }
    for (ListenerConfig listener : snapshot.listeners().values()) {
      for (FilterChain chain : listener.allFilterChains()) {
        if (chain.tls() != null) {
          context(found, chain.tls().common());
        }
      }
    }
    for (ClusterConfig cluster : snapshot.clusters().values()) {
      UpstreamTls tls = cluster.transport().tls();
      if (tls != null) {
        context(found, tls.common());
      }
    }
    return found;
  }

  private static void context(Set<Source> found, CommonTls tls) {
    for (CertificateSource certificate : tls.certificates()) {
      if (certificate instanceof CertificateSource.Here here) {
        found.add(new Source(null, here.certificate().chain()));
      }
    }
    if (tls.validation() instanceof ValidationSource.Here here) {
      validation(found, here.validation());
    } else if (tls.validation() instanceof ValidationSource.Combined combined) {
      validation(found, combined.defaults());
    }
  }

  private static void validation(Set<Source> found, ValidationConfig validation) {
    if (validation.trustedCa() != null) {
      found.add(new Source(validation.trustedCa(), null));
    }
  }

  private static List<X509Certificate> read(@Nullable DataSource source) {
    List<X509Certificate> found = new ArrayList<>();
    try (InputStream in = open(source)) {
      for (Certificate certificate :
          CertificateFactory.getInstance("X.509").generateCertificates(in)) {
        found.add((X509Certificate) certificate);
      }
    } catch (IOException | CertificateException e) {
      return found; // what can't be read isn't in force either
    }
    return found;
  }

  private static InputStream open(@Nullable DataSource source) throws IOException {
    if (source instanceof DataSource.Inline inline) {
      return new ByteArrayInputStream(inline.bytes().toByteArray());
    }
    if (source instanceof DataSource.File file) {
      return Files.newInputStream(Path.of(file.path()));
    }
    return InputStream.nullInputStream();
  }

  // ---- how they are shown ----

  private static void certificates(
      JsonWriter out, String field, @Nullable DataSource source, Instant now) {
    out.name(field).beginArray();
    for (X509Certificate certificate : read(source)) {
      PeerIdentity identity = PeerIdentity.of(certificate);
      out.beginObject();
      out.name("path").value(source instanceof DataSource.File file ? file.path() : "<inline>");
      out.name("serial_number").value(identity.serial());
      out.name("subject_alt_names").beginArray();
      identity.uriSans().forEach(name -> san(out, "uri", name));
      identity.dnsSans().forEach(name -> san(out, "dns", name));
      identity.ipSans().forEach(name -> san(out, "ip_address", name));
      out.endArray();
      long days = Math.max(0, Duration.between(now, identity.notAfter()).toDays());
      out.name("days_until_expiration").value(Long.toString(days));
      out.name("valid_from").value(identity.notBefore().toString());
      out.name("expiration_time").value(identity.notAfter().toString());
      out.endObject();
    }
    out.endArray();
  }

  private static void san(JsonWriter out, String kind, String name) {
    out.beginObject().name(kind).value(name).endObject();
  }
}
