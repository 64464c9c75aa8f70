package io.outrigger.control.apiserver;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.outrigger.identity.AuthorityPem;
import io.outrigger.identity.CertificateAuthority;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The authority's key and roots in a Secret that all control planes of a mesh share: whoever comes
 * first makes it, and the API server lets nobody else.
 */
final class AuthoritySecret {
  private static final System.Logger LOG = System.getLogger("kubernetes");

  private final KubernetesClient client;
  private final String namespace;
  private final String name;

  AuthoritySecret(KubernetesClient client, String secret) throws IOException {
    int slash = secret.indexOf('/');
    if (slash <= 0 || slash == secret.length() - 1 || secret.indexOf('/', slash + 1) >= 0) {
      throw new IOException("--ca-secret is " + secret + "; must be NAMESPACE/NAME");
    }
    this.client = client;
    this.namespace = secret.substring(0, slash);
    this.name = secret.substring(slash + 1);
  }

  CertificateAuthority open(String trustDomain, InstantSource clock) throws IOException {
    Secret secret = read();
    if (secret == null) {
      secret = create(AuthorityPem.create(trustDomain, clock.instant()));
    }
    try {
      return CertificateAuthority.of(
          new AuthorityPem(
              entry(secret, AuthorityPem.CERTIFICATES), entry(secret, AuthorityPem.KEY)),
          this.toString(),
          trustDomain,
          clock);
    } catch (IllegalArgumentException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  private Resource<Secret> resource() {
    return client.secrets().inNamespace(namespace).withName(name);
  }

  private @Nullable Secret read() throws IOException {
    try {
      return resource().get();
    } catch (KubernetesClientException e) {
      throw failed("read", e);
    }
  }

  private Secret create(AuthorityPem made) throws IOException {
    Secret wanted =
        new SecretBuilder()
            .withNewMetadata()
            .withName(name)
            .withNamespace(namespace)
            .addToLabels("app.kubernetes.io/managed-by", "outrigger")
            .endMetadata()
            .withType("Opaque")
            .withStringData(
                Map.of(
                    AuthorityPem.CERTIFICATES, made.certificates(), AuthorityPem.KEY, made.key()))
            .build();
    try {
      Secret created = client.resource(wanted).create();
      LOG.log(System.Logger.Level.INFO, () -> this + ": made a root for this mesh");
      return created;
    } catch (KubernetesClientException e) {
      if (e.getCode() != HttpURLConnection.HTTP_CONFLICT) {
        throw failed("create", e);
      }
      Secret first = read(); // another control plane came first
      if (first == null) {
        throw failed("read", e);
      }
      return first;
    }
  }

  private String entry(Secret secret, String key) {
    Map<String, String> data = secret.getData();
    String value = data == null ? null : data.get(key);
    if (value == null) {
      throw new IllegalArgumentException(
          this
              + " has no "
              + key
              + "; it needs "
              + AuthorityPem.CERTIFICATES
              + " (the root that"
              + " signs first, others that are trusted after it) and "
              + AuthorityPem.KEY
              + " (PKCS #8)");
    }
    return new String(Base64.getMimeDecoder().decode(value), StandardCharsets.UTF_8);
  }

  private IOException failed(String verb, KubernetesClientException e) {
    String what = this + ", where the authority's key is kept, can't be " + verb;
    if (e.getCode() == HttpURLConnection.HTTP_FORBIDDEN) {
      what += "; the control plane's role must let it get and create secrets there";
    }
    return new IOException(what + ": " + ApiServer.told(e), e);
  }

  @Override
  public String toString() {
    return "Secret " + namespace + "/" + name;
  }
}
