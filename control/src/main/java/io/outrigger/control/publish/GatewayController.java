package io.outrigger.control.publish;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.outrigger.control.gatewayapi.Deployed;
import io.outrigger.control.gatewayapi.GatewayApi;
import io.outrigger.control.gatewayapi.Status;
import io.outrigger.control.outage.Reachability;
import io.outrigger.control.resource.Kind;
import io.outrigger.control.resource.Resource;
import io.outrigger.control.resource.ResourceId;
import io.outrigger.control.world.World;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Brings the cluster to what a world says of the Gateway API, while this process holds the Lease:
 * its GatewayClass, the proxies of Gateways, the statuses. On one thread, whenever something may
 * have changed.
 */
public final class GatewayController implements AutoCloseable {
  /** The Lease's name. */
  public static final String LEASE = "outrigger-status";

  private static final System.Logger LOG = System.getLogger("kubernetes");
  private static final long AGAIN_MILLIS = 1000;

  /** Knows which proxies hold what. */
  @FunctionalInterface
  public interface Acknowledgements {
    /**
     * The newest world that a proxy of these holds in whole; -1 for none.
     *
     * @param label the value of {@link Deployed#LABEL}
     */
    long newest(String namespace, String label);
  }

  private final KubernetesClient client;
  private final Reachability reachability;
  private final Supplier<World> world;
  private final Acknowledgements acknowledged;
  private final StatusWriter statuses;
  private final @Nullable GatewayDeployments deployments;
  private final Leadership leadership;
  private final BooleanSupplier served;
  private final Semaphore kicks = new Semaphore(0);
  private final Thread thread;
  private final Map<ResourceId, Since> since = new HashMap<>();
  private boolean led;
  private boolean classMade;
  private volatile boolean closed;

  /** The world with which a Gateway came to be as it is. */
  private record Since(Deployed what, long gatewayGeneration, long world, boolean programmed) {}

  /**
   * @param namespace where the Lease is
   * @param identity tells this process from its like
   * @param served whether the cluster has the Gateway API
   * @param settings null: no Gateway can be served
   */
  public GatewayController(
      KubernetesClient client,
      Reachability reachability,
      String namespace,
      String identity,
      BooleanSupplier served,
      @Nullable GatewaySettings settings,
      Supplier<World> world,
      Acknowledgements acknowledged) {
    this.client = client;
    this.reachability = reachability;
    this.world = world;
    this.acknowledged = acknowledged;
    this.served = served;
    this.statuses =
        new StatusWriter(client, reachability, Features.SUPPORTED, InstantSource.system());
    this.deployments =
        settings == null ? null : new GatewayDeployments(client, reachability, settings);
    this.leadership = new Leadership(client, namespace, LEASE, identity, this::changed);
    this.thread = Thread.ofPlatform().daemon().name("gateways").unstarted(this::run);
  }

  /** Returns at once. */
  public void start() {
    leadership.start();
    thread.start();
  }

  /** Something may have changed. */
  public void changed() {
    kicks.release();
  }

  private void run() {
    boolean settled = true;
    try {
      while (!closed) {
        if (settled) {
          kicks.acquire();
        } else if (!kicks.tryAcquire(AGAIN_MILLIS, TimeUnit.MILLISECONDS)) {
          LOG.log(System.Logger.Level.DEBUG, "looks again at what wasn't finished");
        }
        kicks.drainPermits();
        try {
          settled = reconcile();
        } catch (KubernetesClientException e) {
          reachability.failed("what the Gateway API asks for wasn't done", e);
          settled = false;
        } catch (RuntimeException e) {
          // a bug must not end it: what is in force stays, and it is tried again
          LOG.log(System.Logger.Level.ERROR, "what the Gateway API asks for wasn't done", e);
          settled = false;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Gives whether nothing is left to do or to wait for. */
  private boolean reconcile() {
    if (!leadership.leads()) {
      led = false;
      return true;
    }
    if (!led) {
      led = true;
      classMade = false;
      statuses.forget();
      since.clear();
      if (deployments != null) {
        deployments.forget();
      }
    }
    if (!served.getAsBoolean()) {
      return true;
    }
    World current = world.get();
    GatewayApi api = current.gatewayApi();
    boolean settled = gatewayClass(current);
    Map<ResourceId, Programmed> programmed = new HashMap<>();
    for (Deployed gateway : api.deployed()) {
      ResourceId id = GatewayDeployments.id(gateway);
      Programmed now = programmed(current, id, gateway);
      programmed.put(id, now);
      settled &= now.ready() && !now.addresses().isEmpty();
    }
    statuses.keep(api.statuses().keySet());
    since.keySet().retainAll(programmed.keySet());
    if (deployments != null) {
      deployments.keep(programmed.keySet());
    }
    for (Map.Entry<ResourceId, Status> entry : api.statuses().entrySet()) {
      Resource of = current.resources().get(entry.getKey());
      if (of != null) {
        settled &=
            statuses.write(
                entry.getKey(),
                of.created(),
                entry.getValue(),
                programmed.getOrDefault(entry.getKey(), Programmed.NOT));
      }
    }
    return settled;
  }

  private Programmed programmed(World current, ResourceId id, Deployed gateway) {
    if (deployments == null || !deployments.apply(gateway)) {
      return Programmed.NOT;
    }
    Status status = current.gatewayApi().statuses().get(id);
    long generation = status == null ? 0 : status.generation();
    Since last = since.get(id);
    if (last == null || last.gatewayGeneration != generation || !last.what.equals(gateway)) {
      last = new Since(gateway, generation, current.generation(), false);
    }
    if (!last.programmed) {
      long newest = acknowledged.newest(gateway.namespace(), gateway.label());
      // connected to another control plane it is ready once its probe says so
      boolean ready = newest >= 0 ? newest >= last.world : deployments.available(gateway);
      last = new Since(gateway, generation, last.world, ready && deployments.available(gateway));
    }
    since.put(id, last);
    return new Programmed(last.programmed, deployments.addresses(gateway));
  }

  private boolean gatewayClass(World current) {
    if (classMade || deployments == null) {
      return true;
    }
    boolean there =
        current.gatewayApi().statuses().keySet().stream()
            .anyMatch(id -> id.kind() == Kind.GATEWAY_CLASS);
    if (!there) {
      GenericKubernetesResource made = new GenericKubernetesResource();
      made.setApiVersion("gateway.networking.k8s.io/v1");
      made.setKind(Kind.GATEWAY_CLASS.kindName());
      made.setMetadata(
          new ObjectMetaBuilder()
              .withName("outrigger")
              .addToLabels("app.kubernetes.io/managed-by", "outrigger")
              .build());
      made.setAdditionalProperty("spec", Map.of("controllerName", GatewayApi.CONTROLLER));
      try {
        client
            .genericKubernetesResources(StatusWriter.context(Kind.GATEWAY_CLASS))
            .resource(made)
            .create();
      } catch (KubernetesClientException e) {
        if (e.getCode() != 409) {
          reachability.failed("GatewayClass outrigger can't be made", e);
          return false;
        }
      }
    }
    classMade = true;
    return true;
  }

  /** Whether this process is the one that writes. */
  public boolean leads() {
    return leadership.leads();
  }

  @Override
  public void close() {
    closed = true;
    leadership.close();
    thread.interrupt();
    try {
      thread.join(TimeUnit.SECONDS.toMillis(5));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
