package io.outrigger.control.apiserver;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhookConfiguration;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.ValidatingWebhookConfiguration;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.WebhookClientConfig;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.NonNamespaceOperation;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.outrigger.control.outage.Reachability;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Keeps the mesh's root certificate in the webhook configurations of this revision, so that the API
 * server believes the webhooks. What somebody else changes of it is put back. One thread writes.
 */
public final class WebhookTrust implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger("webhook");

  private final KubernetesClient client;
  private final Reachability reachability;
  private volatile String bundle;
  private final ExecutorService writer =
      Executors.newSingleThreadExecutor(Thread.ofVirtual().name("webhooks").factory());
  private final SharedIndexInformer<MutatingWebhookConfiguration> mutating;
  private final SharedIndexInformer<ValidatingWebhookConfiguration> validating;

  WebhookTrust(KubernetesClient client, String root, String revision, Reachability reachability) {
    this.client = client;
    this.reachability = reachability;
    this.bundle = encoded(root);
    String suffix = revision.equals("default") ? "" : "-" + revision;
    this.mutating =
        client
            .admissionRegistration()
            .v1()
            .mutatingWebhookConfigurations()
            .withField("metadata.name", "outrigger-injector" + suffix)
            .runnableInformer(0);
    this.validating =
        client
            .admissionRegistration()
            .v1()
            .validatingWebhookConfigurations()
            .withField("metadata.name", "outrigger-validator" + suffix)
            .runnableInformer(0);
  }

  /** Returns at once. */
  public void start() {
    mutating
        .exceptionHandler(this::failed)
        .addEventHandler(new Changed<>(this::keepMutating))
        .start();
    validating
        .exceptionHandler(this::failed)
        .addEventHandler(new Changed<>(this::keepValidating))
        .start();
  }

  /**
   * Has other roots written in place of those before.
   *
   * @param root PEM
   */
  public void trust(String root) {
    bundle = encoded(root);
    mutating.getStore().list().forEach(this::keepMutating);
    validating.getStore().list().forEach(this::keepValidating);
  }

  private boolean failed(boolean started, Throwable error) {
    reachability.failed("webhook configurations can't be watched", error);
    return true;
  }

  private static String encoded(String root) {
    return Base64.getEncoder().encodeToString(root.getBytes(StandardCharsets.UTF_8));
  }

  private void keepMutating(MutatingWebhookConfiguration found) {
    keep(
        found,
        client.admissionRegistration().v1().mutatingWebhookConfigurations(),
        all -> all.getWebhooks().stream().map(hook -> hook.getClientConfig()));
  }

  private void keepValidating(ValidatingWebhookConfiguration found) {
    keep(
        found,
        client.admissionRegistration().v1().validatingWebhookConfigurations(),
        all -> all.getWebhooks().stream().map(hook -> hook.getClientConfig()));
  }

  private <T extends HasMetadata> void keep(
      T found,
      NonNamespaceOperation<T, ?, ? extends Resource<T>> all,
      Function<T, Stream<WebhookClientConfig>> configs) {
    if (isWrong(configs.apply(found))) {
      String name = found.getMetadata().getName();
      write(
          name,
          () ->
              all.withName(name)
                  .edit(
                      now -> {
                        configs.apply(now).forEach(config -> config.setCaBundle(bundle));
                        return now;
                      }));
    }
  }

  private boolean isWrong(Stream<WebhookClientConfig> configs) {
    return configs.anyMatch(config -> !bundle.equals(config.getCaBundle()));
  }

  private void write(String name, Runnable edit) {
    writer.execute(
        () -> {
          try {
            edit.run();
            LOG.log(System.Logger.Level.INFO, () -> name + " trusts this control plane");
          } catch (KubernetesClientException e) {
            reachability.failed(
                "the root certificate can't be put into "
                    + name
                    + "; the API server won't believe this webhook",
                e);
          }
        });
  }

  @Override
  public void close() {
    for (SharedIndexInformer<?> informer : List.of(mutating, validating)) {
      informer.stop();
    }
    writer.shutdownNow();
  }

  /** Looks at what is there, and at each change of it. */
  private record Changed<T>(Consumer<T> look) implements ResourceEventHandler<T> {
    @Override
    public void onAdd(T found) {
      look.accept(found);
    }

    @Override
    public void onUpdate(T before, T now) {
      look.accept(now);
    }

    @Override
    public void onDelete(T last, boolean stateUnknown) {}
  }
}
