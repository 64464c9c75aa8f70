package io.outrigger.proxy.health;

import io.outrigger.config.cluster.HealthCheck;
import io.outrigger.proxy.cluster.Host;
import io.outrigger.proxy.timeout.Timeout;
import java.net.SocketAddress;
import java.util.concurrent.TimeUnit;

/** One host under check: when it is asked, and how many answers change what is thought of it. */
final class HealthSession implements Checkup.Verdict {
  private final HealthChecker checker;
  private final Host host;
  private final HealthCheck config;
  private final SocketAddress address;
  private final Checkup checkup;
  private final Timeout interval;
  private final Timeout timeout;
  private int healthyInARow;
  private int unhealthyInARow;
  private boolean firstCheck = true;
  private boolean ended;

  /** What a check changed. */
  enum Change {
    NONE,
    /** It is on the way to a change: a threshold isn't reached yet. */
    PENDING,
    DONE
  }

  HealthSession(HealthChecker checker, Host host) {
    this.checker = checker;
    this.host = host;
    this.config = checker.scope().config();
    this.address = host.healthCheckAddress();
    this.checkup = checkup(checker, host);
    this.interval = new Timeout(checker.scope().worker().timers(), this::ask);
    this.timeout = new Timeout(checker.scope().worker().timers(), this::onTimeout);
  }

  private Checkup checkup(HealthChecker of, Host to) {
    HealthCheck.Probe probe = config.probe();
    if (probe instanceof HealthCheck.Http http) {
      return new HttpCheckup(of.scope(), to, http, of.stats(), this);
    }
    if (probe instanceof HealthCheck.Tcp tcp) {
      return new TcpCheckup(of.scope(), to, tcp, this);
    }
    if (probe instanceof HealthCheck.Grpc grpc) {
      return new GrpcCheckup(of.scope(), to, grpc, this);
    }
    throw new IllegalStateException("unknown Probe: " + probe);
  }

  /** Where the host is asked. */
  SocketAddress address() {
    return address;
  }

  /** Whether no check has ended yet. */
  boolean isFirst() {
    return firstCheck;
  }

  void start() {
    if (!host.hasFlag(Host.FAILED_ACTIVE_HC)) {
      checker.countHealthy(1);
    }
    if (host.hasFlag(Host.DEGRADED_ACTIVE_HC)) {
      checker.countDegraded(1);
    }
    if (config.initialJitterMillis() == 0) {
      ask();
    } else {
      arm(interval, checker.withJitter(0, config.initialJitterMillis()));
    }
  }

  void end() {
    ended = true;
    interval.cancel();
    timeout.cancel();
    checkup.close();
    if (!host.hasFlag(Host.FAILED_ACTIVE_HC)) {
      checker.countHealthy(-1);
    }
    if (host.hasFlag(Host.DEGRADED_ACTIVE_HC)) {
      checker.countDegraded(-1);
    }
  }

  private static void arm(Timeout timer, long millis) {
    timer.arm(TimeUnit.MILLISECONDS.toNanos(millis));
  }

  private void ask() {
    arm(timeout, config.timeoutMillis());
    checker.stats().attempt.inc(0);
    checkup.start();
  }

  private void onTimeout() {
    checkup.timedOut();
    unhealthy(FailureType.NETWORK_TIMEOUT, false, 0);
  }

  // ---- verdicts ----

  @Override
  public void healthy(boolean degraded) {
    if (ended) {
      return;
    }
    timeout.cancel();
    unhealthyInARow = 0;
    Change change = Change.NONE;
    if (!host.hasFlag(Host.FAILED_ACTIVE_HC)) {
      checker.events().succeeded(host);
    } else {
      change = Change.PENDING;
      // the very first answer is believed at once, so that a start doesn't take several rounds
      if (firstCheck || ++healthyInARow == config.healthyThreshold()) {
        host.setFlag(Host.FAILED_ACTIVE_HC, false);
        host.setFlag(Host.ACTIVE_HC_TIMEOUT, false);
        host.setFlag(Host.EXCLUDED_VIA_IMMEDIATE_HC_FAIL, false);
        checker.countHealthy(1);
        change = Change.DONE;
        checker.events().added(host, firstCheck);
      }
    }
    change = host.setFlag(Host.PENDING_ACTIVE_HC, false) ? Change.DONE : change;
    if (host.setFlag(Host.DEGRADED_ACTIVE_HC, degraded)) {
      checker.countDegraded(degraded ? 1 : -1);
      checker.events().degraded(host, degraded);
      change = change == Change.NONE ? Change.DONE : change;
    }
    checker.stats().success.inc(0);
    firstCheck = false;
    checker.tell(host, true, change);
    askLater(
        checker.hasTraffic()
            ? change == Change.PENDING
                ? config.healthyEdgeIntervalMillis()
                : config.intervalMillis()
            : change == Change.PENDING
                ? config.noTrafficIntervalMillis()
                : config.noTrafficHealthyIntervalMillis());
  }

  @Override
  public void unhealthy(FailureType type, boolean retriable, int status) {
    if (ended) {
      return;
    }
    timeout.cancel();
    Change change = failed(type, retriable, status);
    askLater(
        !checker.hasTraffic()
            ? config.noTrafficIntervalMillis()
            : change == Change.PENDING
                ? config.unhealthyEdgeIntervalMillis()
                : config.unhealthyIntervalMillis());
  }

  /** Takes a failure in, of a check or of traffic. */
  Change failed(FailureType type, boolean retriable, int status) {
    healthyInARow = 0;
    Change change = Change.NONE;
    if (!host.hasFlag(Host.FAILED_ACTIVE_HC)) {
      change = Change.PENDING;
      boolean once = !type.isNetwork() && !retriable;
      if (once || ++unhealthyInARow == config.unhealthyThreshold()) {
        host.setFlag(Host.FAILED_ACTIVE_HC, true);
        checker.countHealthy(-1);
        change = Change.DONE;
        checker.events().ejected(host, type, status);
      }
    }
    if (host.hasFlag(Host.FAILED_ACTIVE_HC)) {
      host.setFlag(Host.ACTIVE_HC_TIMEOUT, type == FailureType.NETWORK_TIMEOUT);
    }
    change = host.setFlag(Host.PENDING_ACTIVE_HC, false) ? Change.DONE : change;
    checker.events().failed(host, type, status, firstCheck);
    checker.stats().failed(type);
    firstCheck = false;
    checker.tell(host, false, change);
    return change;
  }

  private void askLater(long millis) {
    if (!ended) {
      arm(interval, checker.withJitter(millis, config.intervalJitterMillis()));
    }
  }
}
