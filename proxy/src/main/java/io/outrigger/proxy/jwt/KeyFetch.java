package io.outrigger.proxy.jwt;

import io.outrigger.config.http.HeaderName;
import io.outrigger.config.http.Headers;
import io.outrigger.config.jwt.Jwks;
import io.outrigger.config.jwt.RemoteJwks;
import io.outrigger.proxy.call.HttpCall;
import io.outrigger.proxy.cluster.Clusters;
import io.outrigger.proxy.cluster.WorkerCluster;
import io.outrigger.proxy.timeout.Timeout;
import io.outrigger.proxy.worker.Worker;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Fetches a provider's keys, one call at a time with its retries, for all requests of this worker
 * that wait for them.
 */
final class KeyFetch implements HttpCall.Result {
  private static final int LARGEST = 1 << 20;
  private static final int OK = 200;

  private final Worker worker;
  private final Clusters clusters;
  private final RemoteJwks remote;
  private final JwtStats stats;
  private final Timeout pause;
  private final List<Runnable> waiting = new ArrayList<>();
  private @Nullable Jwks latest;
  private boolean running;
  private int retries;

  KeyFetch(Worker worker, Clusters clusters, RemoteJwks remote, JwtStats stats) {
    this.worker = worker;
    this.clusters = clusters;
    this.remote = remote;
    this.stats = stats;
    this.pause = new Timeout(worker.timers(), this::call);
  }

  /** Fetches keys, or joins in where they are being fetched; null waits for nothing. */
  void start(@Nullable Runnable then) {
    if (then != null) {
      waiting.add(then);
    }
    if (!running) {
      running = true;
      retries = 0;
      call();
    }
  }

  /** What the fetch that ended last brought; null: no keys. */
  @Nullable Jwks latest() {
    return latest;
  }

  void forget(Runnable then) {
    waiting.remove(then);
  }

  private void call() {
    WorkerCluster cluster = clusters.get(remote.uri().cluster());
    if (cluster == null) {
      done(null);
      return;
    }
    Headers headers =
        HttpCall.head(worker, cluster, "GET", remote.uri().host(), remote.uri().path());
    headers.add(HeaderName.USER_AGENT, "Go-browser");
    new HttpCall(worker, cluster, headers, new byte[0], LARGEST, this)
        .start(remote.uri().timeoutMillis());
  }

  @Override
  public void onResponse(int status, Headers response, byte[] body) {
    Jwks keys = status == OK ? Jwks.parse(body) : null;
    if (keys == null && status >= 500) {
      retry();
    } else {
      done(keys);
    }
  }

  @Override
  public void onFailure(HttpCall.Failure failure) {
    retry();
  }

  private void retry() {
    if (retries >= remote.retries()) {
      done(null);
      return;
    }
    long most = Math.min(remote.mostMillis(), remote.baseMillis() << Math.min(retries, 20));
    retries++;
    pause.arm(TimeUnit.MILLISECONDS.toNanos(worker.random((int) Math.min(most, 1 << 30)) + 1));
  }

  private void done(@Nullable Jwks keys) {
    running = false;
    latest = keys;
    (keys == null ? stats.jwksFetchFailed : stats.jwksFetchSuccess).inc(worker.index());
    if (keys != null) {
      remote.cell().put(keys, worker.nanos());
    }
    List<Runnable> woken = List.copyOf(waiting);
    waiting.clear();
    for (Runnable then : woken) {
      then.run();
    }
  }
}
