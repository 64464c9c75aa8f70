package io.outrigger.xds;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.MessageLite;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A client and a server in memory, with random changes, delays, refusals and broken streams. */
class ConvergenceTest {
  private static final List<ResourceType> TYPES =
      List.of(ResourceType.CDS, ResourceType.EDS, ResourceType.LDS, ResourceType.RDS);

  /** What a proxy does with a stream: it holds what it accepted, and asks for what that names. */
  private static final class Peer {
    final boolean delta;
    final Random random;
    final AdsClient client;
    final Map<ResourceType, Map<String, VersionedResource>> held =
        new EnumMap<>(ResourceType.class);
    final Queue<MessageLite> toServer = new ArrayDeque<>();
    final Queue<MessageLite> toClient = new ArrayDeque<>();
    final List<ResourceUpdate> unanswered = new ArrayList<>();
    final Set<String> wantedRoutes = new TreeSet<>();
    AdsServer<?, ?> server;
    ResourceSnapshot world = ResourceSnapshot.EMPTY;
    long now;

    Peer(boolean delta, long seed) {
      this.delta = delta;
      this.random = new Random(seed);
      this.client = delta ? AdsClient.delta(Fixtures.NODE) : AdsClient.sotw(Fixtures.NODE);
      this.server = newServer();
      TYPES.forEach(type -> held.put(type, new HashMap<>()));
      client.subscribeAll(ResourceType.CDS);
      client.subscribeAll(ResourceType.LDS);
    }

    private AdsServer<?, ?> newServer() {
      return delta ? new DeltaServer() : new SotwServer();
    }

    void connect() {
      toServer.clear();
      toClient.clear();
      client.close();
      client.open();
      server = newServer();
      server.offer(world);
    }

    void pump() {
      for (MessageLite m = client.poll(); m != null; m = client.poll()) {
        toServer.add(m);
      }
      for (MessageLite m = server.poll(now); m != null; m = server.poll(now)) {
        toClient.add(m);
      }
    }

    void serverReads() {
      MessageLite message = toServer.poll();
      if (message == null) {
        return;
      }
      if (server instanceof DeltaServer deltaServer) {
        deltaServer.receive((DeltaDiscoveryRequest) message);
      } else if (server instanceof SotwServer sotwServer) {
        sotwServer.receive((DiscoveryRequest) message);
      }
    }

    void clientReads() throws Exception {
      MessageLite message = toClient.poll();
      if (message == null) {
        return;
      }
      ResourceUpdate update = client.receive(message.toByteString());
      if (update != null) {
        unanswered.add(update);
      }
    }

    void clientAnswers(boolean mayRefuse) {
      if (unanswered.isEmpty()) {
        return;
      }
      ResourceUpdate update = unanswered.remove(0);
      assertThat(update.refused()).isEmpty();
      List<Rejection> rejections = new ArrayList<>();
      Map<String, VersionedResource> mine = held.get(update.type());
      for (VersionedResource resource : update.resources()) {
        if (mayRefuse && random.nextInt(20) == 0) {
          rejections.add(new Rejection(resource.name(), "by chance"));
        } else if (update.type() != ResourceType.RDS || wantedRoutes.contains(resource.name())) {
          mine.put(resource.name(), resource);
        }
      }
      update.removed().forEach(mine::remove);
      client.answer(update, rejections);
      if (update.type() == ResourceType.CDS) {
        Set<String> gone = new TreeSet<>(held.get(ResourceType.EDS).keySet());
        gone.removeAll(mine.keySet());
        client.subscribe(ResourceType.EDS, mine.keySet());
        client.unsubscribe(ResourceType.EDS, gone);
        held.get(ResourceType.EDS).keySet().removeAll(gone);
      }
    }

    void changeWorld(int step) {
      ResourceSnapshot.Builder next = ResourceSnapshot.builder("w" + step);
      for (int i = 0; i < 6; i++) {
        if (random.nextInt(3) > 0) {
          int content = random.nextInt(3);
          next.add(ResourceType.CDS, Fixtures.cluster("c" + i, content));
          next.add(ResourceType.EDS, Fixtures.endpoints("c" + i, random.nextInt(3)));
        }
        if (random.nextInt(3) > 0) {
          next.add(ResourceType.LDS, Fixtures.listener("l" + i, random.nextInt(3)));
        }
        next.add(ResourceType.RDS, Fixtures.routes("r" + i, random.nextInt(3)));
      }
      world = next.build();
      server.offer(world);
    }

    void changeRoutes() {
      String name = "r" + random.nextInt(6);
      if (wantedRoutes.remove(name)) {
        client.unsubscribe(ResourceType.RDS, List.of(name));
        held.get(ResourceType.RDS).remove(name);
      } else {
        wantedRoutes.add(name);
        client.subscribe(ResourceType.RDS, List.of(name));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void whateverHappensTheClientEndsWithTheWorld(boolean delta) throws Exception {
    for (long seed = 0; seed < 300; seed++) {
      Peer peer = new Peer(delta, seed);
      peer.connect();
      for (int step = 0; step < 200; step++) {
        switch (peer.random.nextInt(12)) {
          case 0 -> peer.changeWorld(step);
          case 1 -> peer.changeRoutes();
          case 2 -> peer.now += StreamState.SUBSCRIBE_GRACE_NANOS / 2;
          case 3 -> {
            if (peer.random.nextInt(6) == 0) {
              peer.connect();
            }
          }
          case 4, 5, 6 -> peer.serverReads();
          case 7, 8, 9 -> peer.clientReads();
          default -> peer.clientAnswers(true);
        }
        peer.pump();
      }
      // A last world whose every resource is new, so that what was refused by chance is sent.
      ResourceSnapshot.Builder last = ResourceSnapshot.builder("last");
      for (int i = 0; i < 4; i++) {
        last.add(ResourceType.CDS, Fixtures.cluster("c" + i, 9));
        last.add(ResourceType.EDS, Fixtures.endpoints("c" + i, 9));
        last.add(ResourceType.LDS, Fixtures.listener("l" + i, 9));
        last.add(ResourceType.RDS, Fixtures.routes("r" + i, 9));
      }
      peer.world = last.build();
      peer.server.offer(peer.world);
      for (int turn = 0; turn < 100; turn++) {
        peer.now += StreamState.SUBSCRIBE_GRACE_NANOS;
        peer.pump();
        peer.serverReads();
        peer.clientReads();
        peer.clientAnswers(false);
      }
      String which = (delta ? "delta" : "state of the world") + ", seed " + seed;
      assertThat(peer.toServer).as(which).isEmpty();
      assertThat(peer.server.synced()).as(which).isTrue();
      for (ResourceType type : TYPES) {
        Map<String, VersionedResource> expected = new HashMap<>(peer.world.all(type));
        Map<String, VersionedResource> held = new HashMap<>(peer.held.get(type));
        if (type == ResourceType.RDS) {
          expected.keySet().retainAll(peer.wantedRoutes);
          held.keySet().retainAll(peer.world.all(type).keySet());
        }
        assertThat(bodies(held)).as(which + ", " + type).isEqualTo(bodies(expected));
      }
    }
  }

  private static Map<String, Object> bodies(Map<String, VersionedResource> resources) {
    Map<String, Object> bodies = new HashMap<>();
    resources.forEach((name, resource) -> bodies.put(name, resource.body()));
    return bodies;
  }
}
