package io.outrigger.control.push;

import com.google.protobuf.MessageLite;
import io.envoyproxy.envoy.config.core.v3.Node;
import io.outrigger.control.translate.Built;
import io.outrigger.control.translate.ProxyNode;
import io.outrigger.control.translate.Translation;
import io.outrigger.control.world.World;
import io.outrigger.xds.AdsServer;
import io.outrigger.xds.Received;
import io.outrigger.xds.ResourceSnapshot;
import io.outrigger.xds.ResourceType;
import io.outrigger.xds.TypeStatus;
import io.outrigger.xds.VersionedResource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * One proxy's stream: takes its requests, and sends what it lacks of the newest world.
 *
 * <p>{@link #run} is the body of a virtual thread that owns all state; the other methods hand over
 * to it from any thread. Worlds don't queue: the newest replaces one that was not looked at yet.
 *
 * @param <Q> the protocol's request
 * @param <R> the protocol's response
 */
public final class Session<Q extends MessageLite, R extends MessageLite> {
  /** Where responses go; called on the session's thread. */
  public interface Wire<R> {
    /** Blocks until the peer has room, or returns false once the stream is gone. */
    boolean awaitReady() throws InterruptedException;

    void send(R response);

    /** Ends the stream with an error that the proxy logs. */
    void refuse(String reason);
  }

  private sealed interface Event<Q> {
    record Request<Q>(Q message) implements Event<Q> {}

    record Wake<Q>() implements Event<Q> {}

    record Closed<Q>() implements Event<Q> {}
  }

  private final long id;
  private final AdsServer<Q, R> protocol;
  private final Wire<R> wire;
  private final Sessions sessions;
  private final @Nullable String identity;
  private final LinkedBlockingQueue<Event<Q>> mailbox = new LinkedBlockingQueue<>();
  private final AtomicReference<@Nullable World> newest = new AtomicReference<>();
  private volatile @Nullable ProxyNode node;
  private volatile SessionStatus status = SessionStatus.NEW;
  private @Nullable ResourceSnapshot last;
  private List<String> problems = List.of();
  private long offeredGeneration;

  Session(
      long id,
      AdsServer<Q, R> protocol,
      Wire<R> wire,
      Sessions sessions,
      @Nullable String identity) {
    this.id = id;
    this.protocol = protocol;
    this.wire = wire;
    this.sessions = sessions;
    this.identity = identity;
  }

  // ---- from any thread ----

  /** Takes in a request of the proxy. */
  public void receive(Q request) {
    mailbox.add(new Event.Request<>(request));
  }

  /** The stream is gone. */
  public void close() {
    mailbox.add(new Event.Closed<>());
  }

  void offer(World world) {
    if (newest.getAndSet(world) == null) {
      mailbox.add(new Event.Wake<>());
    }
  }

  long id() {
    return id;
  }

  /** The proxy, once its first request came. */
  public @Nullable ProxyNode node() {
    return node;
  }

  /** The SPIFFE identity of its certificate; null on the plaintext port. */
  public @Nullable String identity() {
    return identity;
  }

  public SessionStatus status() {
    return status;
  }

  // ---- on the session's thread ----

  /** Serves the stream until it ends. */
  public void run() {
    try {
      while (step()) {
        status = currentStatus();
        sessions.onProgress(this);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      sessions.remove(this);
    }
  }

  private boolean step() throws InterruptedException {
    Event<Q> event = next();
    if (event != null) {
      switch (event) {
        case Event.Closed<Q> ignored -> {
          return false;
        }
        case Event.Request<Q> request -> {
          if (!request(request.message())) {
            return false;
          }
        }
        case Event.Wake<Q> ignored -> {}
      }
    }
    World world = newest.getAndSet(null);
    if (world != null && node != null) {
      offerTo(world);
    }
    return pump();
  }

  private @Nullable Event<Q> next() throws InterruptedException {
    long wake = protocol.wakeNanos();
    if (wake == Long.MAX_VALUE) {
      return mailbox.take();
    }
    return mailbox.poll(Math.max(0, wake - System.nanoTime()), TimeUnit.NANOSECONDS);
  }

  private boolean request(Q message) {
    Received received = protocol.receive(message);
    if (node == null) {
      Node described = protocol.node();
      if (described == null) {
        wire.refuse("the first request of a stream must carry the node");
        return false;
      }
      ProxyNode proxy;
      try {
        proxy = sessions.admit(described, identity);
      } catch (RefusedException e) {
        wire.refuse(e.getMessage());
        return false;
      }
      node = proxy;
      sessions.onConnected(this);
      offerTo(sessions.world());
    }
    if (received instanceof Received.Nacked nacked) {
      sessions.onNack(this, nacked);
    }
    return true;
  }

  private void offerTo(World world) {
    ProxyNode proxy = node;
    if (proxy == null) {
      return;
    }
    Translation translation = sessions.translate(world, proxy);
    ResourceSnapshot snapshot = snapshot(translation);
    last = snapshot;
    offeredGeneration = world.generation();
    for (String problem : translation.problems()) {
      if (!problems.contains(problem)) {
        sessions.onProblem(proxy, problem);
      }
    }
    problems = translation.problems();
    protocol.offer(snapshot);
  }

  private static ResourceSnapshot snapshot(Translation translation) {
    ResourceSnapshot.Builder builder =
        ResourceSnapshot.builder(Long.toString(translation.generation()));
    add(builder, ResourceType.CDS, translation.clusters());
    add(builder, ResourceType.EDS, translation.endpoints());
    add(builder, ResourceType.LDS, translation.listeners());
    add(builder, ResourceType.RDS, translation.routes());
    add(builder, ResourceType.SDS, translation.secrets());
    return builder.build();
  }

  private static void add(
      ResourceSnapshot.Builder builder, ResourceType type, Map<String, Built> resources) {
    resources
        .values()
        .forEach(
            b -> builder.add(type, new VersionedResource(b.name(), b.version(), b.resource())));
  }

  private boolean pump() throws InterruptedException {
    while (true) {
      R response = protocol.poll(System.nanoTime());
      if (response == null) {
        return true;
      }
      if (!wire.awaitReady()) {
        return false;
      }
      wire.send(response);
      sessions.onPush(response.getSerializedSize());
    }
  }

  private SessionStatus currentStatus() {
    List<TypeStatus> types = new ArrayList<>();
    for (ResourceType type : ResourceType.values()) {
      types.add(protocol.status(type));
    }
    return new SessionStatus(
        offeredGeneration, protocol.synced(), List.copyOf(types), problems, last);
  }
}
