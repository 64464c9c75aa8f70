package io.outrigger.control.apiserver;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.outrigger.control.outage.Reachability;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Keeps the mesh's root certificate in each namespace, in the ConfigMap that sidecars mount, under
 * Istio's name. One that somebody changes or removes is put back. One thread writes.
 */
public final class RootConfigMaps implements AutoCloseable {
  /** The ConfigMap's name, as in Istio. */
  public static final String NAME = "istio-ca-root-cert";

  private static final String KEY = "root-cert.pem";

  private final KubernetesClient client;
  private final Reachability reachability;
  private volatile Map<String, String> wanted;
  private final Set<String> namespaces = ConcurrentHashMap.newKeySet();
  private final ExecutorService writer =
      Executors.newSingleThreadExecutor(Thread.ofVirtual().name("roots").factory());
  private final SharedIndexInformer<Namespace> spaces;
  private final SharedIndexInformer<ConfigMap> maps;

  /**
   * Begins to write.
   *
   * @param root PEM
   */
  RootConfigMaps(KubernetesClient client, String root, Reachability reachability) {
    this.client = client;
    this.reachability = reachability;
    this.wanted = Map.of(KEY, root);
    this.spaces = client.namespaces().runnableInformer(0);
    this.maps =
        client.configMaps().inAnyNamespace().withField("metadata.name", NAME).runnableInformer(0);
  }

  /** Returns at once. */
  public void start() {
    start(spaces, "namespaces", new Spaces());
    start(maps, "ConfigMaps " + NAME, new Maps());
  }

  /**
   * Has other roots written in place of those before.
   *
   * @param root PEM
   */
  public void trust(String root) {
    wanted = Map.of(KEY, root);
    namespaces.forEach(this::write);
  }

  private <T> void start(
      SharedIndexInformer<T> watch, String what, ResourceEventHandler<T> handler) {
    watch
        .exceptionHandler(
            (started, error) -> {
              reachability.failed(
                  what + " can't be watched, new namespaces wait for the root certificate", error);
              return true;
            })
        .addEventHandler(handler)
        .start();
  }

  private void write(String namespace) {
    if (namespaces.contains(namespace)) {
      writer.execute(() -> writeNow(namespace));
    }
  }

  private void writeNow(String namespace) {
    try {
      client
          .resource(
              new ConfigMapBuilder()
                  .withNewMetadata()
                  .withName(NAME)
                  .withNamespace(namespace)
                  .addToLabels("app.kubernetes.io/managed-by", "outrigger")
                  .endMetadata()
                  .withData(wanted)
                  .build())
          .forceConflicts()
          .serverSideApply();
    } catch (KubernetesClientException e) {
      if (namespaces.contains(namespace) && e.getCode() != 404) {
        reachability.failed(
            "the root certificate can't be put into namespace "
                + namespace
                + "; its pods can't join",
            e);
      }
    }
  }

  private final class Spaces implements ResourceEventHandler<Namespace> {
    @Override
    public void onAdd(Namespace namespace) {
      if (namespace.getMetadata().getDeletionTimestamp() == null) {
        namespaces.add(namespace.getMetadata().getName());
        write(namespace.getMetadata().getName());
      }
    }

    @Override
    public void onUpdate(Namespace before, Namespace now) {
      if (now.getMetadata().getDeletionTimestamp() != null) {
        namespaces.remove(now.getMetadata().getName());
      }
    }

    @Override
    public void onDelete(Namespace namespace, boolean stateUnknown) {
      namespaces.remove(namespace.getMetadata().getName());
    }
  }

  private final class Maps implements ResourceEventHandler<ConfigMap> {
    @Override
    public void onAdd(ConfigMap map) {
      if (!wanted.equals(map.getData())) {
        write(map.getMetadata().getNamespace());
      }
    }

    @Override
    public void onUpdate(ConfigMap before, ConfigMap now) {
      onAdd(now);
    }

    @Override
    public void onDelete(ConfigMap map, boolean stateUnknown) {
      write(map.getMetadata().getNamespace());
    }
  }

  @Override
  public void close() {
    spaces.stop();
    maps.stop();
    writer.shutdownNow();
  }
}
