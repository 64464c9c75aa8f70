package io.outrigger.proxy.agent;

import io.netty.channel.Channel;
import io.outrigger.config.http.HeaderName;
import io.outrigger.config.http.Headers;
import io.outrigger.config.source.GrpcService;
import io.outrigger.proxy.admin.AdminReply;
import io.outrigger.proxy.call.HttpCall;
import io.outrigger.proxy.cluster.Clusters;
import io.outrigger.proxy.cluster.Host;
import io.outrigger.proxy.cluster.LbContext;
import io.outrigger.proxy.cluster.Pending;
import io.outrigger.proxy.cluster.TcpWaiter;
import io.outrigger.proxy.cluster.UpstreamInfo;
import io.outrigger.proxy.cluster.WorkerCluster;
import io.outrigger.proxy.grpc.GrpcRequest;
import io.outrigger.proxy.grpc.GrpcStatus;
import io.outrigger.proxy.grpc.PooledCall;
import io.outrigger.proxy.health.HealthMessages;
import io.outrigger.proxy.stream.ResetReason;
import io.outrigger.proxy.timeout.Timeout;
import io.outrigger.proxy.worker.Worker;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Asks the application one question, and answers the kubelet with what it says. */
final class ProbeCall implements HttpCall.Result, TcpWaiter, LbContext {
  private static final byte[] NOTHING = new byte[0];

  /** What applications know the kubelet by. */
  private static final String USER_AGENT = "kube-probe/outrigger";

  private final AppProbe probe;
  private final Worker worker;
  private final Consumer<AdminReply> reply;
  private @Nullable Timeout timeout;
  private @Nullable Pending pending;
  private boolean done;

  private ProbeCall(AppProbe probe, Worker worker, Consumer<AdminReply> reply) {
    this.probe = probe;
    this.worker = worker;
    this.reply = reply;
  }

  static void ask(AppProbe probe, Worker worker, Clusters clusters, Consumer<AdminReply> reply) {
    WorkerCluster cluster = clusters.get(probe.cluster());
    if (cluster == null) {
      reply.accept(AdminReply.error(503, "the proxy hasn't started\n"));
      return;
    }
    ProbeCall call = new ProbeCall(probe, worker, reply);
    switch (probe.kind()) {
      case HTTP, HTTPS -> call.http(cluster);
      case TCP -> call.tcp(cluster);
      case GRPC -> call.grpc(clusters);
    }
  }

  private void http(WorkerCluster cluster) {
    String host = "";
    boolean agent = false;
    for (Map.Entry<String, String> header : probe.headers()) {
      if (header.getKey().equalsIgnoreCase("host")) {
        host = header.getValue();
      }
      agent |= header.getKey().equalsIgnoreCase("user-agent");
    }
    if (host.isEmpty()) {
      host = "localhost:" + probe.port();
    }
    Headers head = HttpCall.head(worker, cluster, "GET", host, probe.request());
    for (Map.Entry<String, String> header : probe.headers()) {
      if (!header.getKey().equalsIgnoreCase("host")) {
        head.add(HeaderName.of(header.getKey().toLowerCase(Locale.ROOT)), header.getValue());
      }
    }
    if (!agent) {
      head.add(HeaderName.USER_AGENT, USER_AGENT);
    }
    new HttpCall(worker, cluster, head, NOTHING, 0, this).start(probe.timeoutMillis());
  }

  /** A redirect counts as an answer: where it leads, the kubelet couldn't follow. */
  @Override
  public void onResponse(int status, Headers response, byte[] body) {
    reply.accept(
        status >= 200 && status < 400
            ? AdminReply.text("the application answers " + status + "\n")
            : AdminReply.error(Math.max(400, status), "the application answers " + status + "\n"));
  }

  @Override
  public void onFailure(HttpCall.Failure failure) {
    fail(
        failure == HttpCall.Failure.TIMEOUT
            ? "doesn't answer within " + probe.timeoutMillis() + " ms"
            : "can't be reached (" + failure + ")");
  }

  private void fail(String why) {
    reply.accept(AdminReply.error(503, "port " + probe.port() + " " + why + "\n"));
  }

  // ---- TCP ----

  private void tcp(WorkerCluster cluster) {
    Host host = cluster.pick(this);
    if (host == null) {
      fail("can't be reached (no host)");
      return;
    }
    Timeout limit = new Timeout(worker.timers(), this::late);
    timeout = limit;
    limit.arm(TimeUnit.MILLISECONDS.toNanos(probe.timeoutMillis()));
    Pending wait = cluster.newTcpConnection(host, this, this);
    if (!done) {
      pending = wait;
    }
  }

  private void late() {
    if (!done) {
      done = true;
      if (pending != null) {
        pending.cancel();
      }
      fail("doesn't accept within " + probe.timeoutMillis() + " ms");
    }
  }

  @Override
  @SuppressWarnings("FutureReturnValueIgnored") // what becomes of it concerns nobody
  public void onConnection(Channel channel, UpstreamInfo info) {
    channel.close();
    if (settled()) {
      reply.accept(AdminReply.text("the application accepts\n"));
    }
  }

  @Override
  public void onFailure(ResetReason reason, @Nullable String transportFailure) {
    if (settled()) {
      fail("can't be reached (" + reason.text() + ")");
    }
  }

  private boolean settled() {
    boolean first = !done;
    done = true;
    if (timeout != null) {
      timeout.cancel();
    }
    return first;
  }

  // ---- gRPC ----

  private void grpc(Clusters clusters) {
    GrpcService service =
        new GrpcService(
            probe.cluster(), "localhost:" + probe.port(), probe.timeoutMillis(), List.of());
    GrpcRequest request = new GrpcRequest(HealthMessages.CHECK, List.of(), probe.timeoutMillis());
    boolean started =
        PooledCall.unary(
            worker,
            clusters,
            service,
            request,
            HealthMessages.request(probe.service()),
            this::onHealth);
    if (!started) {
      fail("can't be reached (no cluster)");
    }
  }

  private void onHealth(GrpcStatus status, byte[] message) {
    if (status.isOk() && HealthMessages.isServing(message)) {
      reply.accept(AdminReply.text("the application is SERVING\n"));
    } else {
      fail(status.isOk() ? "isn't SERVING" : "answers gRPC status " + status.code());
    }
  }
}
