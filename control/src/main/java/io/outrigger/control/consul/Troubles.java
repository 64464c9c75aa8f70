package io.outrigger.control.consul;

import io.outrigger.control.outage.Outage;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * What of Consul isn't fresh, and since when. It logs what is news: not each of a thousand queries
 * that fail because one agent is gone. Any thread.
 */
final class Troubles {
  private static final System.Logger LOG = System.getLogger("consul");

  private record Trouble(String reason, Instant since) {}

  private final String agent;
  private final InstantSource clock;
  private final Map<String, Trouble> stale = new HashMap<>();
  private final Map<String, Integer> reasons = new HashMap<>();
  private final Outage outage;

  Troubles(String agent, InstantSource clock) {
    this.agent = agent;
    this.clock = clock;
    this.outage = new Outage(clock);
  }

  /** A query has failed: what it saw last stays in force. */
  synchronized void failed(String what, String reason) {
    Trouble before = stale.get(what);
    Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
    stale.put(what, new Trouble(reason, before == null ? now : before.since));
    outage.begin(now);
    if (reasons.merge(reason, 1, Integer::sum) == 1) {
      LOG.log(
          System.Logger.Level.WARNING,
          () ->
              agent
                  + " "
                  + reason
                  + "; what it told last stays in force, stale since "
                  + outage.since());
    }
  }

  /** A query has its answer again. */
  synchronized void answered(String what) {
    if (stale.remove(what) == null || !stale.isEmpty()) {
      return;
    }
    Instant began = outage.since();
    outage.end();
    reasons.clear();
    LOG.log(
        System.Logger.Level.INFO,
        () -> agent + " answers again: fresh, after stale since " + began);
  }

  /** A query that is asked no more. */
  synchronized void forget(String what) {
    answered(what);
  }

  /** "" where fresh; else since when not, and why. */
  synchronized Map<String, String> of(Iterable<String> watched) {
    Map<String, String> out = new TreeMap<>();
    for (String what : watched) {
      Trouble trouble = stale.get(what);
      out.put(what, trouble == null ? "" : "since " + trouble.since + ": " + trouble.reason);
    }
    return out;
  }

  /** How long something has been stale; 0: nothing is. */
  synchronized long staleSeconds() {
    return outage.seconds();
  }
}
