package io.outrigger.control.apiserver;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.outrigger.control.ca.AuthorityInForce;
import io.outrigger.control.ca.AuthorityStore;
import io.outrigger.control.outage.ApiError;
import io.outrigger.control.outage.Reachability;
import io.outrigger.identity.AuthorityPem;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The authority's key and roots in a Secret that all control planes of a mesh share: whoever comes
 * first makes it, and the API server lets nobody else. A Secret {@code cacerts} beside it, Istio's,
 * is taken instead of making one.
 */
public final class AuthoritySecret implements AuthorityStore {
  private static final System.Logger LOG = System.getLogger("kubernetes");
  private static final String ISTIO = "cacerts";

  private final KubernetesClient client;
  private final Reachability reachability;
  private final String namespace;
  private String name;
  private @Nullable SharedIndexInformer<Secret> watch;

  AuthoritySecret(KubernetesClient client, String secret, Reachability reachability)
      throws IOException {
    int slash = secret.indexOf('/');
    if (slash <= 0 || slash == secret.length() - 1 || secret.indexOf('/', slash + 1) >= 0) {
      throw new IOException("--ca-secret is " + secret + "; must be NAMESPACE/NAME");
    }
    this.client = client;
    this.reachability = reachability;
    this.namespace = secret.substring(0, slash);
    this.name = secret.substring(slash + 1);
  }

  @Override
  public AuthorityPem open(String trustDomain, Instant now) throws IOException {
    Secret secret = read(name);
    if (secret == null) {
      secret = read(ISTIO);
      if (secret == null) {
        secret = create(AuthorityPem.create(trustDomain, now));
      } else {
        name = ISTIO;
      }
    }
    try {
      return pem(secret);
    } catch (IllegalArgumentException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  @Override
  public void watch(AuthorityInForce authority) {
    SharedIndexInformer<Secret> informer =
        client
            .secrets()
            .inNamespace(namespace)
            .withField("metadata.name", name)
            .runnableInformer(0);
    watch = informer;
    informer
        .exceptionHandler(
            (started, error) -> {
              reachability.failed(
                  this + " can't be watched, a change of the authority waits", error);
              return true;
            })
        .addEventHandler(new Changes(authority))
        .start();
  }

  private @Nullable Secret read(String wanted) throws IOException {
    try {
      return client.secrets().inNamespace(namespace).withName(wanted).get();
    } catch (KubernetesClientException e) {
      throw failed(wanted, "read", e);
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
            .withStringData(Map.of(AuthorityPem.ROOTS, made.roots(), AuthorityPem.KEY, made.key()))
            .build();
    try {
      Secret created = client.resource(wanted).create();
      LOG.log(System.Logger.Level.INFO, () -> this + ": made a root for this mesh");
      return created;
    } catch (KubernetesClientException e) {
      if (e.getCode() != HttpURLConnection.HTTP_CONFLICT) {
        throw failed(name, "create", e);
      }
      Secret first = read(name); // another control plane came first
      if (first == null) {
        throw failed(name, "read", e);
      }
      return first;
    }
  }

  private AuthorityPem pem(Secret secret) {
    Map<String, String> data = secret.getData() == null ? Map.of() : secret.getData();
    return AuthorityPem.of(
        entry -> {
          try {
            byte[] text = Base64.getMimeDecoder().decode(data.getOrDefault(entry, ""));
            return new String(text, StandardCharsets.UTF_8);
          } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(this + ": " + entry + " isn't base64", e);
          }
        });
  }

  private IOException failed(String secret, String verb, KubernetesClientException e) {
    String what = where(secret) + ", where the authority's key is kept, can't be " + verb;
    if (e.getCode() == HttpURLConnection.HTTP_FORBIDDEN) {
      what += "; the control plane's role must let it get and create secrets there";
    }
    return new IOException(what + ": " + ApiError.of(e).told(), e);
  }

  @Override
  public void close() {
    SharedIndexInformer<Secret> informer = watch;
    if (informer != null) {
      informer.stop();
    }
  }

  @Override
  public String toString() {
    return where(name);
  }

  private String where(String secret) {
    return "Secret " + namespace + "/" + secret;
  }

  private final class Changes implements ResourceEventHandler<Secret> {
    private final AuthorityInForce authority;

    Changes(AuthorityInForce authority) {
      this.authority = authority;
    }

    @Override
    public void onAdd(Secret secret) {
      AuthorityPem pem;
      try {
        pem = pem(secret);
      } catch (IllegalArgumentException e) {
        authority.refuse(String.valueOf(e.getMessage()));
        return;
      }
      authority.offer(pem);
    }

    @Override
    public void onUpdate(Secret before, Secret now) {
      onAdd(now);
    }

    @Override
    public void onDelete(Secret last, boolean stateUnknown) {
      authority.refuse(
          AuthoritySecret.this
              + " is gone; put it back before a control plane starts anew, which would make"
              + " another root");
    }
  }
}
