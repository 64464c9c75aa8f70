package io.outrigger.proxy.ads;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import io.outrigger.config.cluster.UpstreamTransport;
import io.outrigger.config.http.Headers;
import io.outrigger.config.source.GrpcService;
import io.outrigger.config.tls.Secret;
import io.outrigger.proxy.cluster.Clusters;
import io.outrigger.proxy.cluster.Host;
import io.outrigger.proxy.cluster.LbContext;
import io.outrigger.proxy.cluster.StreamWaiter;
import io.outrigger.proxy.cluster.UpstreamInfo;
import io.outrigger.proxy.cluster.WorkerCluster;
import io.outrigger.proxy.grpc.GrpcCall;
import io.outrigger.proxy.grpc.GrpcRequest;
import io.outrigger.proxy.grpc.GrpcStatus;
import io.outrigger.proxy.grpc.GrpcStream;
import io.outrigger.proxy.log.Log;
import io.outrigger.proxy.snapshot.Configuration;
import io.outrigger.proxy.snapshot.Snapshot;
import io.outrigger.proxy.stats.Counter;
import io.outrigger.proxy.stats.Gauge;
import io.outrigger.proxy.stats.StatStore;
import io.outrigger.proxy.stream.ClientStream;
import io.outrigger.proxy.stream.ResetReason;
import io.outrigger.proxy.stream.ResponseSink;
import io.outrigger.proxy.worker.Worker;
import io.outrigger.xds.AdsClient;
import io.outrigger.xds.ResourceType;
import io.outrigger.xds.ResourceUpdate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The aggregated discovery stream: connects to the control plane, asks for what is wanted, answers
 * what comes, and connects anew when the stream is lost. On the configuration loop.
 */
public final class AdsStream implements Configuration.Listener {
  /** Envoy's reconnect back-off: doubling from 500 ms to 30 s, of which a random part is waited. */
  private static final long FIRST_BACK_OFF_MILLIS = 500;

  private static final long MAX_BACK_OFF_MILLIS = 30_000;

  private static final LbContext ANY = new LbContext() {};

  private final Worker main;
  private final AdsClient client;
  private final Configuration configuration;
  private final Clusters clusters;
  private final GrpcService service;
  private final List<GrpcRequest.Metadata> metadata;
  private final Map<ResourceType, Set<String>> subscribed = new EnumMap<>(ResourceType.class);
  private final Gauge connectedState;
  private final Gauge pendingRequests;
  private final Counter connectFailures;
  private @Nullable Connection connection;
  private @Nullable GrpcStream stream;
  private @Nullable Future<?> retryTimer;
  private Map<String, Secret> lastSecrets = Map.of();
  private boolean clusterKnown;
  private long backOffMillis = FIRST_BACK_OFF_MILLIS;
  private boolean closed;

  /** {@code clusters} are those of the configuration loop; {@code service} names one of them. */
  public AdsStream(
      Worker main,
      StatStore stats,
      AdsClient client,
      Configuration configuration,
      Clusters clusters,
      GrpcService service) {
    this.main = main;
    this.client = client;
    this.configuration = configuration;
    this.clusters = clusters;
    this.service = service;
    this.metadata = new ArrayList<>();
    for (Map.Entry<String, String> entry : service.metadata()) {
      metadata.add(new GrpcRequest.Metadata(entry.getKey(), entry.getValue()));
    }
    this.connectedState = stats.gauge("control_plane.connected_state");
    this.pendingRequests = stats.gauge("control_plane.pending_requests");
    this.connectFailures = stats.counter("control_plane.connect_failures");
    connectedState.set(0, 0);
    pendingRequests.set(0, 0);
  }

  /** Asks for every cluster and listener, as the bootstrap's dynamic resources say. */
  public void subscribeAll(ResourceType type) {
    client.subscribeAll(type);
    configuration.attempted(type, Set.of());
  }

  /** Says what is held already, so that the server need not send it again. */
  public void remember(ResourceType type, Map<String, String> versions) {
    client.remember(type, versions);
  }

  /** Begins to connect. */
  public void start() {
    main.loop().execute(this::connect);
  }

  @Override
  public void onWanted(ResourceType type, Set<String> names) {
    Set<String> before = subscribed.getOrDefault(type, Set.of());
    Set<String> added = without(names, before);
    Set<String> dropped = without(before, names);
    if (!added.isEmpty()) {
      client.subscribe(type, added);
      configuration.attempted(type, added);
    }
    if (!dropped.isEmpty()) {
      client.unsubscribe(type, dropped);
    }
    subscribed.put(type, names);
    send();
  }

  private static Set<String> without(Collection<String> names, Collection<String> others) {
    Set<String> rest = new HashSet<>(names);
    rest.removeAll(others);
    return rest;
  }

  // ---- connection ----

  private void connect() {
    retryTimer = null;
    if (closed || connection != null) {
      return;
    }
    WorkerCluster cluster = clusters.get(service.cluster());
    Host host = cluster == null ? null : cluster.pick(ANY);
    if (cluster == null) {
      // it waits for a secret, say: its publication calls this again, see onPublished
      Log.CONFIG.debug("control plane: cluster " + service.cluster() + " is not in force yet");
      retryTimer =
          main.loop().schedule(this::connect, FIRST_BACK_OFF_MILLIS, TimeUnit.MILLISECONDS);
      return;
    }
    if (host == null) {
      retry("cluster " + service.cluster() + " has no healthy host");
      return;
    }
    Connection attempt = new Connection(cluster);
    connection = attempt;
    cluster.newStream(host, ANY, attempt);
  }

  private void lost(String reason) {
    boolean wasOpen = stream != null;
    stream = null;
    connection = null;
    client.close();
    connectedState.set(0, 0);
    if (closed) {
      return;
    }
    if (!wasOpen) {
      connectFailures.inc(0);
    }
    configuration.streamLost();
    retry(reason);
  }

  private void retry(String reason) {
    long wait = 1L + main.random((int) backOffMillis);
    Log.CONFIG.warning("control plane: " + reason + "; connecting again in " + wait + " ms");
    backOffMillis = Math.min(MAX_BACK_OFF_MILLIS, backOffMillis * 2);
    retryTimer = main.loop().schedule(this::connect, wait, TimeUnit.MILLISECONDS);
  }

  /** What the connection lacked may be there now: its cluster, a certificate. */
  @Override
  @SuppressWarnings("ReferenceEquality") // snapshots share what didn't change
  public void onPublished(Snapshot snapshot) {
    boolean news =
        snapshot.secrets() != lastSecrets
            || snapshot.clusters().containsKey(service.cluster()) != clusterKnown;
    lastSecrets = snapshot.secrets();
    clusterKnown = snapshot.clusters().containsKey(service.cluster());
    Future<?> timer = retryTimer;
    if (news && timer != null && timer.cancel(false)) {
      backOffMillis = FIRST_BACK_OFF_MILLIS;
      connect();
    }
  }

  /** Closes for good. */
  public void close() {
    closed = true;
    Connection open = connection;
    if (open != null) {
      open.end("closed");
    }
  }

  // ---- messages ----

  /** Sends what is due, as long as the peer takes it. */
  private void send() {
    GrpcStream open = stream;
    if (open == null) {
      return;
    }
    while (open.isWritable()) {
      MessageLite request = client.poll();
      if (request == null) {
        break;
      }
      open.send(request.toByteArray());
    }
  }

  private void receive(byte[] message) {
    ResourceUpdate update;
    try {
      update = client.receive(ByteString.copyFrom(message));
    } catch (InvalidProtocolBufferException e) {
      Log.CONFIG.error("control plane sent what is no discovery response: " + e.getMessage());
      Connection open = connection;
      if (open != null) {
        open.end("broken response");
      }
      return;
    }
    if (update == null) {
      return; // of a type that wasn't asked for
    }
    connectedState.set(0, 1);
    backOffMillis = FIRST_BACK_OFF_MILLIS;
    client.answer(update, configuration.take(update));
    send();
  }

  /** One stream to the control plane; what it tells after its end is not listened to. */
  private final class Connection implements StreamWaiter, GrpcStream.Listener {
    private final WorkerCluster cluster;
    private final PooledConnection pooled = new PooledConnection();

    Connection(WorkerCluster cluster) {
      this.cluster = cluster;
    }

    @Override
    public ResponseSink sink() {
      return pooled;
    }

    @Override
    public void onStream(ClientStream opened, UpstreamInfo info) {
      if (connection != this || closed) {
        opened.reset(ResetReason.LOCAL_RESET);
        return;
      }
      pooled.opened(opened);
      String scheme =
          cluster.config().transport() instanceof UpstreamTransport.Tls ? "https" : "http";
      String authority = service.authority().isEmpty() ? service.cluster() : service.authority();
      stream =
          GrpcCall.start(
              main, pooled, scheme, authority, new GrpcRequest(client.method(), metadata, 0), this);
      client.open();
      send();
    }

    @Override
    public void onFailure(ResetReason reason, @Nullable String transportFailure) {
      end(transportFailure == null ? reason.text() : reason.text() + ", " + transportFailure);
    }

    @Override
    public void onMessage(byte[] message) {
      if (connection == this) {
        receive(message);
      }
    }

    @Override
    public void onWritable() {
      send();
    }

    @Override
    public void onClose(GrpcStatus status, @Nullable Headers trailers) {
      end("stream closed, " + status.code() + " " + status.message());
    }

    void end(String reason) {
      if (connection != this) {
        return;
      }
      GrpcStream open = stream;
      lost(reason);
      if (open != null) {
        open.cancel();
      }
    }
  }
}
