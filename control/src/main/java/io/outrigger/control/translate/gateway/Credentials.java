package io.outrigger.control.translate.gateway;

import io.outrigger.control.istio.Gateway;
import io.outrigger.control.kubernetes.Pod;
import io.outrigger.control.kubernetes.TlsSecret;
import io.outrigger.control.resource.Resource;
import io.outrigger.control.translate.ProxyNode;
import io.outrigger.control.translate.model.SecretModel;
import io.outrigger.control.world.World;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Finds the secrets that a gateway's servers name, as far as its proxy may have them: those of its
 * own namespace, or those that its own namespace's Gateway was granted.
 */
final class Credentials {
  private static final String OWN = "kubernetes://";

  /** Of another namespace: names like this come from the Gateway API, its grants checked. */
  private static final String GRANTED = "kubernetes-gateway://";

  /** Istio's suffix of a secret, real or not, with the authorities of the one before it. */
  private static final String AUTHORITIES = "-cacert";

  /**
   * What is served under which names.
   *
   * @param missing why it can't be; null: it can
   */
  record Chosen(List<String> certificates, @Nullable String authorities, @Nullable String missing) {
    static Chosen not(String why) {
      return new Chosen(List.of(), null, why);
    }
  }

  private record Place(String namespace, String name) {
    @Override
    public String toString() {
      return namespace + "/" + name;
    }
  }

  private final World world;
  private final ProxyNode node;
  private final SortedMap<String, SecretModel> models = new TreeMap<>();

  Credentials(World world, ProxyNode node) {
    this.world = world;
    this.node = node;
  }

  /** All that were chosen, by the names that they are served under. */
  SortedMap<String, SecretModel> models() {
    return models;
  }

  Chosen of(Resource gateway, Gateway.ServerTls settings) {
    if (!node.proven()) {
      return Chosen.not("secrets are given only to proxies that ask with a certificate");
    }
    String imposture = imposture();
    if (imposture != null) {
      return Chosen.not(imposture);
    }
    List<String> certificates = new ArrayList<>();
    for (String credential : settings.credentialNames()) {
      Place place = place(gateway, credential);
      TlsSecret secret = place == null ? null : world.secrets().find(place.namespace, place.name);
      if (place == null || secret == null) {
        return missing(place, credential);
      }
      if (secret.certificates() == null || secret.privateKey() == null) {
        return Chosen.not("secret " + place + " has no certificate with its key");
      }
      String name = servedAs(credential);
      models.put(
          name, new SecretModel.Certificate(name, secret.certificates(), secret.privateKey()));
      certificates.add(name);
    }
    return settings.mode().asksClients() && settings.caCertificates() == null
        ? withAuthorities(gateway, settings, certificates)
        : new Chosen(List.copyOf(certificates), null, null);
  }

  /**
   * Why a proxy is not the pod that it says, where a cluster knows the pods; else null. Its
   * certificate proves its account, and the cluster says which labels pods of this account have:
   * otherwise every pod of a gateway's namespace could call itself that gateway.
   */
  private @Nullable String imposture() {
    if (!world.knowsPods()) {
      return null;
    }
    Resource pod = world.pod(node.namespace(), node.name());
    String who = node.namespace() + "/" + node.name();
    if (pod == null) {
      return "secrets are given only to pods, and there is no pod " + who;
    }
    String account = ((Pod) pod.spec()).serviceAccount();
    return account.equals(node.serviceAccount())
        ? null
        : "pod " + who + " runs as " + account + ", and its proxy as " + node.serviceAccount();
  }

  private Chosen withAuthorities(
      Resource gateway, Gateway.ServerTls settings, List<String> certificates) {
    String credential = settings.caCredentialName();
    String first = settings.credentialNames().getFirst();
    String name;
    TlsSecret secret;
    Place place;
    if (credential != null) {
      place = place(gateway, credential);
      secret = place == null ? null : world.secrets().find(place.namespace, place.name);
      name = servedAs(credential) + AUTHORITIES;
    } else {
      place = place(gateway, first);
      secret = place == null ? null : beside(place);
      name = servedAs(first) + AUTHORITIES;
    }
    if (secret == null) {
      return missing(place, credential == null ? first + AUTHORITIES : credential);
    }
    String authorities = secret.authorities();
    if (authorities == null) {
      return Chosen.not("secret " + place + " has no ca.crt to check clients by");
    }
    models.put(name, new SecretModel.Authorities(name, authorities));
    return new Chosen(List.copyOf(certificates), name, null);
  }

  // a secret NAME-cacert wins over what NAME has itself
  private @Nullable TlsSecret beside(Place place) {
    TlsSecret apart = world.secrets().find(place.namespace, place.name + AUTHORITIES);
    return apart != null ? apart : world.secrets().find(place.namespace, place.name);
  }

  private static String servedAs(String credential) {
    return credential.contains("://") ? credential : OWN + credential;
  }

  private Chosen missing(@Nullable Place place, String credential) {
    return Chosen.not(
        place == null
            ? "its proxy may not have secret " + credential
            : "secret " + place + " is missing or can't be used");
  }

  private @Nullable Place place(Resource gateway, String credential) {
    if (!credential.startsWith(GRANTED)) {
      String name = credential.startsWith(OWN) ? credential.substring(OWN.length()) : credential;
      return new Place(node.namespace(), name);
    }
    String full = credential.substring(GRANTED.length());
    int slash = full.indexOf('/');
    if (slash < 1) {
      return null;
    }
    String namespace = full.substring(0, slash);
    boolean allowed =
        namespace.equals(node.namespace()) || gateway.namespace().equals(node.namespace());
    return allowed ? new Place(namespace, full.substring(slash + 1)) : null;
  }
}
