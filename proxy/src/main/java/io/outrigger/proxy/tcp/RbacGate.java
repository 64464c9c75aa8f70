package io.outrigger.proxy.tcp;

import io.outrigger.config.filter.RbacConfig;
import io.outrigger.config.listener.NetworkFilterConfig;
import io.outrigger.config.rbac.RbacEngine;
import io.outrigger.proxy.listener.DownstreamConnection;
import io.outrigger.proxy.listener.DynamicMetadata;
import io.outrigger.proxy.listener.TerminalFilter;
import io.outrigger.proxy.rbac.DenialLog;
import io.outrigger.proxy.rbac.RbacSubject;
import io.outrigger.proxy.rbac.RuleOutcomes;
import io.outrigger.proxy.stats.StatStore;
import io.outrigger.proxy.timeout.Timeout;
import io.outrigger.proxy.worker.Worker;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * envoy.filters.network.rbac: closes connections that its rules do not allow, before anything is
 * done for them upstream. On its worker.
 */
@SuppressWarnings("FutureReturnValueIgnored") // the channel tells of its end by itself
public final class RbacGate implements TerminalFilter {
  private static final String NAMESPACE = "envoy.filters.network.rbac";

  private final long delayMillis;
  private final TerminalFilter next;
  private final @Nullable RuleOutcomes enforced;
  private final @Nullable RuleOutcomes shadow;
  private final RbacSubject subject = new RbacSubject();
  private final DenialLog log;

  public RbacGate(
      NetworkFilterConfig.Rbac filter, StatStore store, Worker worker, TerminalFilter next) {
    this.delayMillis = filter.delayDenyMillis();
    this.next = next;
    this.log = new DenialLog(worker);
    RbacConfig config = filter.config();
    String prefix = config.rulesPrefix() + (config.rulesPrefix().endsWith(".") ? "" : ".");
    var names = new RuleOutcomes.Names(NAMESPACE, "", prefix + "rbac.", false, false);
    var shadowNames =
        new RuleOutcomes.Names(
            NAMESPACE, config.shadowPrefix(), prefix + "rbac." + config.shadowPrefix(), true, true);
    RuleOutcomes.declare(names, store);
    RuleOutcomes.declare(shadowNames, store);
    RbacEngine rules = config.rules();
    RbacEngine shadowRules = config.shadowRules();
    this.enforced = rules == null ? null : new RuleOutcomes(rules, names, store, null);
    this.shadow =
        shadowRules == null ? null : new RuleOutcomes(shadowRules, shadowNames, store, null);
  }

  @Override
  public void start(DownstreamConnection connection) {
    subject.of(connection);
    int cell = connection.worker().index();
    DynamicMetadata metadata = connection.metadata();
    if (shadow != null) {
      shadow.ask(subject, metadata, cell);
    }
    boolean passes = true;
    if (enforced != null) {
      int matched = enforced.ask(subject, metadata, cell);
      passes = enforced.rules().allows(matched);
      if (!passes) {
        log.denied(
            "a connection to " + connection.addresses().localText(),
            enforced.rules(),
            matched,
            subject);
        connection.terminationDetails(enforced.details(matched));
      }
    }
    subject.forget();
    if (passes) {
      next.start(connection);
    } else {
      refuse(connection);
    }
  }

  /** Nothing is read of it while it waits. */
  @Override
  public void refuse(DownstreamConnection connection) {
    if (connection.localCloseReason() == null) {
      connection.localCloseReason("rbac_deny_close");
    }
    if (delayMillis == 0) {
      next.refuse(connection);
      return;
    }
    Timeout delay = new Timeout(connection.worker().timers(), () -> next.refuse(connection));
    delay.arm(TimeUnit.MILLISECONDS.toNanos(delayMillis));
    connection.channel().closeFuture().addListener(closed -> delay.cancel());
  }
}
