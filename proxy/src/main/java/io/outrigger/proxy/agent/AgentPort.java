package io.outrigger.proxy.agent;

import io.outrigger.config.http.HeaderName;
import io.outrigger.config.http.Headers;
import io.outrigger.proxy.admin.AdminPages;
import io.outrigger.proxy.admin.AdminReply;
import io.outrigger.proxy.admin.AdminRequest;
import io.outrigger.proxy.call.HttpCall;
import io.outrigger.proxy.cluster.Clusters;
import io.outrigger.proxy.cluster.WorkerCluster;
import io.outrigger.proxy.worker.Worker;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What port 15020 answers. */
public final class AgentPort {
  private static final byte[] NOTHING = new byte[0];
  private static final int MOST_METRICS = 16 << 20;
  private static final long METRICS_MILLIS = 10_000;

  /** What those in the pod may have its sidecar do. */
  public interface Life {
    /** The pod is told to end: callers are asked to go, and go on being served. */
    void drain();

    /** The application is over, and its sidecar with it. */
    void quit();
  }

  private final List<AppProbe> probes;
  private final @Nullable AppMetrics metrics;

  /**
   * Reads what injection wrote into the environment.
   *
   * @param probers {@code ISTIO_KUBE_APP_PROBERS}
   * @param prometheus {@code ISTIO_PROMETHEUS_ANNOTATIONS}
   * @throws IllegalArgumentException if it isn't that; says where
   */
  public AgentPort(@Nullable String probers, @Nullable String prometheus) {
    probes = AppProbes.read(probers);
    metrics = AppMetrics.read(prometheus);
  }

  /** Clusters to the application for the bootstrap, to follow others in a list. */
  public String clusters(String address) {
    return AppClusters.yaml(probes, metrics, address);
  }

  /**
   * The pages.
   *
   * @param own the proxy's own, of which some are shown here too
   */
  public AdminPages pages(Worker worker, Clusters clusters, AdminPages own, Life life) {
    AdminPages pages = new AdminPages();
    pages.later(
        "/healthz/ready",
        "whether traffic is served",
        false,
        (request, reply) -> own.answer(other(request, "/ready"), reply));
    pages.later(
        "/stats/prometheus",
        "metrics, with the application's",
        false,
        (request, reply) -> metrics(worker, clusters, request, own, reply));
    pages.later("/drain", "the pod ends", true, (q, reply) -> inside(q, reply, life::drain));
    pages.later(
        "/quitquitquit", "the application has ended", true, (q, r) -> inside(q, r, life::quit));
    for (AppProbe probe : probes) {
      pages.later(
          probe.path(),
          "asks the application",
          false,
          (request, reply) -> ProbeCall.ask(probe, worker, clusters, reply));
    }
    return pages;
  }

  private static AdminRequest other(AdminRequest request, String path) {
    return new AdminRequest(request.method(), path, request.query(), request.local());
  }

  private static void inside(AdminRequest request, Consumer<AdminReply> reply, Runnable action) {
    if (!request.local()) {
      reply.accept(AdminReply.error(403, "only from within the pod\n"));
      return;
    }
    reply.accept(AdminReply.text("OK\n"));
    action.run();
  }

  private void metrics(
      Worker worker,
      Clusters clusters,
      AdminRequest request,
      AdminPages own,
      Consumer<AdminReply> reply) {
    AppMetrics app = metrics;
    WorkerCluster cluster =
        app == null ? null : clusters.get(AppClusters.name(AppProbe.Kind.HTTP, app.port()));
    if (app == null || cluster == null) {
      own.answer(request, reply);
      return;
    }
    Headers head = HttpCall.head(worker, cluster, "GET", "localhost:" + app.port(), app.path());
    head.add(HeaderName.of("accept"), "text/plain;version=0.0.4");
    Consumer<String> withOwn =
        text ->
            own.answer(
                request,
                page ->
                    reply.accept(
                        new AdminReply(page.status(), page.contentType(), text + page.body())));
    HttpCall.Result result =
        new HttpCall.Result() {
          @Override
          public void onResponse(int status, Headers response, byte[] body) {
            String text = new String(body, StandardCharsets.UTF_8);
            withOwn.accept(
                status == 200
                    ? text.endsWith("\n") || text.isEmpty() ? text : text + "\n"
                    : failed(app, "it answers " + status));
          }

          @Override
          public void onFailure(HttpCall.Failure failure) {
            withOwn.accept(failed(app, failure.toString()));
          }
        };
    new HttpCall(worker, cluster, head, NOTHING, MOST_METRICS, result).start(METRICS_MILLIS);
  }

  /** A comment: what the proxy counts is shown all the same. */
  private static String failed(AppMetrics app, String why) {
    return "# no metrics of the application at port "
        + app.port()
        + ", "
        + app.path()
        + ": "
        + why
        + "\n";
  }
}
