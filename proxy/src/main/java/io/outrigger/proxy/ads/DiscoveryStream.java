package io.outrigger.proxy.ads;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
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
import io.outrigger.proxy.grpc.PooledConnection;
import io.outrigger.proxy.log.Log;
import io.outrigger.proxy.snapshot.Snapshot;
import io.outrigger.proxy.stats.Counter;
import io.outrigger.proxy.stats.Gauge;
import io.outrigger.proxy.stats.StatStore;
import io.outrigger.proxy.stream.ClientStream;
import io.outrigger.proxy.stream.ResetReason;
import io.outrigger.proxy.stream.ResponseSink;
import io.outrigger.proxy.worker.Worker;
import io.outrigger.xds.AdsClient;
import io.outrigger.xds.Rejection;
import io.outrigger.xds.ResourceUpdate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One discovery stream, aggregated or of one type: connects to the control plane, sends what its
 * client has to say, answers what comes, and connects anew when the stream is lost. On the
 * configuration loop.
 */
final class DiscoveryStream {
  /** Whose stream it is. */
  interface Owner {
    /** Takes an update; says what it refuses. */
    List<Rejection> take(ResourceUpdate update);

    /** Runs {@code answer} when what was taken is in force. */
    void whenInForce(Runnable answer);

    /** An open stream was lost, or none could be had. */
    void streamLost();
  }

  /** Envoy's reconnect back-off: doubling from 500 ms to 30 s, of which a random part is waited. */
  private static final long FIRST_BACK_OFF_MILLIS = 500;

  private static final long MAX_BACK_OFF_MILLIS = 30_000;

  /** At start the name of its host may not be resolved yet: looked at so often, without a word. */
  private static final int LOOKS_AT_START = 20;

  private static final long LOOK_AGAIN_MILLIS = 50;

  private static final LbContext ANY = new LbContext() {};

  private final Worker main;
  private final AdsClient client;
  private final String method;
  private final Owner owner;
  private final Clusters clusters;
  private final GrpcService service;
  private final List<GrpcRequest.Metadata> metadata;
  private final Gauge connectedState;
  private final Gauge pendingRequests;
  private final Counter connectFailures;
  private @Nullable Connection connection;
  private @Nullable GrpcStream stream;
  private @Nullable Future<?> retryTimer;
  private Map<String, Secret> lastSecrets = Map.of();
  private boolean clusterKnown;
  private int looks;
  private long backOffMillis = FIRST_BACK_OFF_MILLIS;
  private boolean closed;

  /**
   * {@code clusters} are those of the configuration loop; {@code service} names one of them; {@code
   * method} is the path of the gRPC method.
   */
  DiscoveryStream(
      Worker main,
      StatStore stats,
      String statPrefix,
      AdsClient client,
      String method,
      Clusters clusters,
      GrpcService service,
      Owner owner) {
    this.main = main;
    this.client = client;
    this.method = method;
    this.owner = owner;
    this.clusters = clusters;
    this.service = service;
    this.metadata = new ArrayList<>();
    for (Map.Entry<String, String> entry : service.metadata()) {
      metadata.add(new GrpcRequest.Metadata(entry.getKey(), entry.getValue()));
    }
    this.connectedState = stats.gauge(statPrefix + "control_plane.connected_state");
    this.pendingRequests = stats.gauge(statPrefix + "control_plane.pending_requests");
    this.connectFailures = stats.counter(statPrefix + "control_plane.connect_failures");
    connectedState.set(0, 0);
    pendingRequests.set(0, 0);
  }

  /** Begins to connect. */
  void start() {
    main.loop().execute(this::connect);
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
      waitFor(FIRST_BACK_OFF_MILLIS);
      return;
    }
    if (host == null && looks < LOOKS_AT_START) {
      looks++;
      waitFor(LOOK_AGAIN_MILLIS);
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

  private void waitFor(long millis) {
    retryTimer = main.loop().schedule(this::connect, millis, TimeUnit.MILLISECONDS);
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
    owner.streamLost();
    retry(reason);
  }

  private void retry(String reason) {
    long wait = 1L + main.random((int) backOffMillis);
    Log.CONFIG.warning("control plane: " + reason + "; connecting again in " + wait + " ms");
    backOffMillis = Math.min(MAX_BACK_OFF_MILLIS, backOffMillis * 2);
    waitFor(wait);
  }

  /** What the connection lacked may be there now: its cluster, a certificate. */
  @SuppressWarnings("ReferenceEquality") // snapshots share what didn't change
  void onPublished(Snapshot snapshot) {
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
  void close() {
    closed = true;
    Connection open = connection;
    if (open != null) {
      open.end("closed");
    }
  }

  // ---- messages ----

  /** Sends what is due, as long as the peer takes it. */
  void send() {
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
    List<Rejection> rejections = owner.take(update);
    owner.whenInForce(
        () -> {
          client.answer(update, rejections);
          send();
        });
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
      String scheme = cluster.config().transport().isTls() ? "https" : "http";
      String authority = service.authority().isEmpty() ? service.cluster() : service.authority();
      stream =
          GrpcCall.start(
              main, pooled, scheme, authority, new GrpcRequest(method, metadata, 0), this);
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
