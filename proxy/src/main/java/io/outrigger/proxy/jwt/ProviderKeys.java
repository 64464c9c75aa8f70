package io.outrigger.proxy.jwt;

import io.outrigger.config.jwt.Jwks;
import io.outrigger.config.jwt.JwksCell;
import io.outrigger.config.jwt.Jwt;
import io.outrigger.config.jwt.JwtProvider;
import io.outrigger.config.jwt.RemoteJwks;
import io.outrigger.proxy.cluster.Clusters;
import io.outrigger.proxy.worker.Worker;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A provider's keys as one worker has them, and the good tokens that it remembers. */
final class ProviderKeys {
  /** Envoy's limits: what is fetched again ahead of its end, and what token is remembered. */
  private static final long AHEAD_MILLIS = 5000;

  private static final int LONGEST_KEPT = 4096;

  private final Worker worker;
  private final JwtProvider provider;
  private final JwtStats stats;
  private final @Nullable KeyFetch fetch;
  private final @Nullable Map<String, Kept> kept;

  /** A good token, and the keys that it was checked with. */
  private record Kept(Jwt token, @Nullable Jwks keys) {}

  ProviderKeys(Worker worker, Clusters clusters, JwtProvider provider, JwtStats stats) {
    this.worker = worker;
    this.provider = provider;
    this.stats = stats;
    RemoteJwks remote = provider.remote();
    this.fetch = remote == null ? null : new KeyFetch(worker, clusters, remote, stats);
    this.kept = provider.cacheSize() == 0 ? null : new Recent(provider.cacheSize());
  }

  private static final class Recent extends LinkedHashMap<String, Kept> {
    private static final long serialVersionUID = 1;
    private final int most;

    Recent(int most) {
      super(16, 0.75f, true);
      this.most = most;
    }

    @Override
    protected boolean removeEldestEntry(Map.Entry<String, Kept> eldest) {
      return size() > most;
    }
  }

  JwtProvider provider() {
    return provider;
  }

  /** The keys to check with now; null: they are to be fetched first, or there are none. */
  @Nullable Jwks usable() {
    RemoteJwks remote = provider.remote();
    JwksCell.Fetched fetched = remote == null ? null : remote.cell().current();
    if (remote == null || fetched == null) {
      return provider.local();
    }
    long age = worker.nanos() - fetched.nanos();
    long end = TimeUnit.MILLISECONDS.toNanos(remote.cacheMillis());
    if (remote.async()) {
      refresh(remote, age);
    }
    return age < end ? fetched.keys() : null;
  }

  /** The keys, however old, where newer ones can't be had and the configuration allows it. */
  @Nullable Jwks lastResort() {
    RemoteJwks remote = provider.remote();
    JwksCell.Fetched fetched = remote == null ? null : remote.cell().current();
    return remote == null || fetched == null || !remote.async() ? null : fetched.keys();
  }

  /** Fetches ahead of need, if that is asked for and nobody does. */
  void prefetch() {
    RemoteJwks remote = provider.remote();
    if (remote != null && remote.async() && remote.cell().current() == null) {
      claimed(remote);
    }
  }

  private void refresh(RemoteJwks remote, long age) {
    long after = remote.cacheMillis();
    after = after > 2 * AHEAD_MILLIS ? after - AHEAD_MILLIS : after;
    if (age >= TimeUnit.MILLISECONDS.toNanos(after)) {
      claimed(remote);
    }
  }

  /** One worker fetches; after a failure the next does, when the pause is over. */
  private void claimed(RemoteJwks remote) {
    long pause = TimeUnit.MILLISECONDS.toNanos(remote.failedRefetchMillis());
    KeyFetch own = fetch;
    if (own != null && remote.cell().claim(worker.nanos(), pause)) {
      own.start(null);
    }
  }

  /** Null: the keys aren't elsewhere. */
  @Nullable KeyFetch fetch() {
    return fetch;
  }

  @Nullable Jwt remembered(String token, boolean count) {
    Map<String, Kept> tokens = kept;
    Kept found = tokens == null ? null : tokens.get(token);
    if (tokens != null
        && found != null
        && (found.keys != current()
            || (found.token.expires() > 0
                && worker.epochMillis() / 1000 > found.token.expires()))) {
      tokens.remove(token);
      found = null;
    }
    if (count) {
      (found == null ? stats.cacheMiss : stats.cacheHit).inc(worker.index());
    }
    return found == null ? null : found.token;
  }

  void remember(String token, Jwt good) {
    Map<String, Kept> tokens = kept;
    if (tokens != null && token.length() <= LONGEST_KEPT) {
      tokens.put(token, new Kept(good, current()));
    }
  }

  private @Nullable Jwks current() {
    RemoteJwks remote = provider.remote();
    JwksCell.Fetched fetched = remote == null ? null : remote.cell().current();
    return fetched == null ? provider.local() : fetched.keys();
  }
}
