package io.outrigger.proxy.rbac;

import io.outrigger.config.rbac.RbacEngine;
import io.outrigger.proxy.log.Level;
import io.outrigger.proxy.log.Log;
import io.outrigger.proxy.worker.Worker;
import java.util.concurrent.TimeUnit;

/**
 * Tells why something was denied: which policy, or where the policies fail, and who it was. One
 * line a second and worker; all of them where the component rbac logs at debug.
 */
public final class DenialLog {
  private static final long PAUSE = TimeUnit.SECONDS.toNanos(1);

  private final Worker worker;
  private long last;
  private long silent;

  public DenialLog(Worker worker) {
    this.worker = worker;
    this.last = worker.nanos() - PAUSE;
  }

  /** {@code what} was asked for; the subject is still the one that was denied. */
  public void denied(String what, RbacEngine rules, int matched, RbacSubject subject) {
    boolean all = Log.RBAC.shows(Level.DEBUG);
    long now = worker.nanos();
    if (!all && (now - last < PAUSE || !Log.RBAC.shows(Level.INFO))) {
      silent++;
      return;
    }
    last = now;
    String more = silent == 0 ? "" : " (" + silent + " more since the last line)";
    silent = 0;
    String line =
        "denied " + what + " of " + subject.who() + ": " + rules.explain(matched, subject) + more;
    if (all) {
      Log.RBAC.debug(line);
    } else {
      Log.RBAC.info(line);
    }
  }
}
