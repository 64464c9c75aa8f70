package io.outrigger.proxy.jwt;

import io.outrigger.config.http.Headers;
import io.outrigger.config.jwt.JwtProvider;
import io.outrigger.config.jwt.JwtRequirement;
import io.outrigger.config.jwt.JwtRules;
import io.outrigger.config.jwt.JwtStatus;
import io.outrigger.proxy.cluster.Clusters;
import io.outrigger.proxy.worker.Worker;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The keys of all providers of a filter, on one worker, and the checks that are made by them. */
public final class KeyRing {
  private final Worker worker;
  private final List<ProviderKeys> providers = new ArrayList<>();
  private final Signatures signatures = new Signatures();

  public KeyRing(Worker worker, Clusters clusters, JwtRules rules, JwtStats stats) {
    this.worker = worker;
    for (JwtProvider provider : rules.providers()) {
      ProviderKeys keys = new ProviderKeys(worker, clusters, provider, stats);
      providers.add(keys);
      keys.prefetch();
    }
  }

  /** Takes the outcome of a check that had to wait. */
  @FunctionalInterface
  public interface Result {
    void onStatus(JwtStatus status);
  }

  public TokenCheck check(Headers request, JwtRequirement requirement) {
    return new TokenCheck(this, request, requirement);
  }

  /**
   * The outcome, where all keys are at hand; null: they are fetched first, and {@code later} hears
   * of it, unless the wait ends by {@link Wait#cancel}.
   */
  public @Nullable JwtStatus start(TokenCheck check, Wait wait) {
    ProviderKeys missing = anyRemote() ? check.missing() : null;
    if (missing == null) {
      return check.run();
    }
    wait.begin(this, check, missing);
    return wait.early;
  }

  private boolean anyRemote() {
    for (int i = 0; i < providers.size(); i++) {
      if (providers.get(i).fetch() != null && providers.get(i).usable() == null) {
        return true;
      }
    }
    return false;
  }

  ProviderKeys of(JwtProvider provider) {
    return providers.get(provider.index());
  }

  Signatures signatures() {
    return signatures;
  }

  long epochSeconds() {
    return worker.epochMillis() / 1000;
  }

  /** One check's wait for keys. */
  public static final class Wait {
    private final Result later;
    private @Nullable KeyRing ring;
    private @Nullable TokenCheck check;
    private @Nullable ProviderKeys keys;
    private boolean starting;
    private @Nullable JwtStatus early;
    private final Runnable answered = this::answered;

    public Wait(Result later) {
      this.later = later;
    }

    private void begin(KeyRing of, TokenCheck waiting, ProviderKeys missing) {
      ring = of;
      check = waiting;
      keys = missing;
      starting = true;
      fetch(missing);
      starting = false;
    }

    private void fetch(ProviderKeys missing) {
      KeyFetch fetch = missing.fetch();
      if (fetch != null) {
        fetch.start(answered);
      }
    }

    private void answered() {
      KeyRing of = ring;
      TokenCheck waiting = check;
      ProviderKeys fetched = keys;
      if (of == null || waiting == null || fetched == null) {
        return;
      }
      KeyFetch fetch = fetched.fetch();
      waiting.fetched(fetched, fetch == null ? null : fetch.latest());
      ProviderKeys next = waiting.missing();
      if (next != null) {
        keys = next;
        fetch(next);
        return;
      }
      keys = null;
      JwtStatus status = waiting.run();
      if (starting) {
        early = status;
      } else {
        later.onStatus(status);
      }
    }

    /** The request is gone. */
    public void cancel() {
      ProviderKeys waiting = keys;
      KeyFetch fetch = waiting == null ? null : waiting.fetch();
      keys = null;
      if (fetch != null) {
        fetch.forget(answered);
      }
    }
  }
}
