package io.outrigger.proxy.extauthz;

import io.envoyproxy.envoy.config.core.v3.Node;
import io.outrigger.config.listener.NetworkFilterConfig;
import io.outrigger.config.metadata.MetadataMatcher;
import io.outrigger.proxy.accesslog.ResponseFlag;
import io.outrigger.proxy.cluster.Clusters;
import io.outrigger.proxy.listener.DownstreamConnection;
import io.outrigger.proxy.listener.HeldConnection;
import io.outrigger.proxy.listener.TerminalFilter;
import io.outrigger.proxy.stats.Counter;
import io.outrigger.proxy.stats.Gauge;
import io.outrigger.proxy.stats.StatStore;
import java.util.Map;

/**
 * envoy.filters.network.ext_authz: a connection waits until a service has said whether it goes on,
 * before anything is done for it upstream. On its worker.
 */
public final class ExtAuthzGate implements TerminalFilter {
  private static final String NAMESPACE = "envoy.filters.network.ext_authz";

  private final NetworkFilterConfig.ExtAuthz config;
  private final Clusters clusters;
  private final Map<String, String> labels;
  private final TerminalFilter next;
  private final Counter total;
  private final Counter ok;
  private final Counter denied;
  private final Counter error;
  private final Counter disabled;
  private final Counter failureModeAllowed;
  private final Counter closed;
  private final Gauge active;

  public ExtAuthzGate(
      NetworkFilterConfig.ExtAuthz config,
      Clusters clusters,
      Node node,
      StatStore store,
      TerminalFilter next) {
    this.config = config;
    this.clusters = clusters;
    this.labels = CheckQuestion.labels(node, config.labelsKey());
    this.next = next;
    String prefix = "ext_authz." + config.statPrefix() + ".";
    this.total = store.counter(prefix + "total");
    this.ok = store.counter(prefix + "ok");
    this.denied = store.counter(prefix + "denied");
    this.error = store.counter(prefix + "error");
    this.disabled = store.counter(prefix + "disabled");
    this.failureModeAllowed = store.counter(prefix + "failure_mode_allowed");
    this.closed = store.counter(prefix + "cx_closed");
    this.active = store.gauge(prefix + "active");
  }

  @Override
  public void start(DownstreamConnection connection) {
    MetadataMatcher matcher = config.enabledMetadata();
    if (matcher != null
        && !matcher.matches(
            connection
                .metadata()
                .value(matcher.namespace(), matcher.path().toArray(new String[0])))) {
      disabled.inc(connection.worker().index());
      next.start(connection);
      return;
    }
    new Wait(connection).start();
  }

  @Override
  public void refuse(DownstreamConnection connection) {
    next.refuse(connection);
  }

  /** One connection's wait for the answer. */
  private final class Wait implements Check.Listener {
    private final DownstreamConnection connection;
    private final HeldConnection held;

    Wait(DownstreamConnection connection) {
      this.connection = connection;
      this.held = new HeldConnection(connection, next, active, closed);
    }

    void start() {
      total.inc(connection.worker().index());
      held.asked(
          GrpcCheck.start(
                  connection.worker(),
                  clusters,
                  config.service(),
                  CheckQuestion.of(
                      connection, config.peerCertificate(), config.tlsSession(), labels),
                  this)
              ::cancel);
    }

    @Override
    public void onAnswer(CheckAnswer answer) {
      held.answered();
      int cell = connection.worker().index();
      if (answer.metadata().getFieldsCount() > 0) {
        connection.metadata().put(NAMESPACE, answer.metadata());
      }
      boolean failed = answer.kind() == CheckAnswer.Kind.ERROR;
      boolean goesOn = answer.kind() == CheckAnswer.Kind.OK;
      (failed ? error : goesOn ? ok : denied).inc(cell);
      if (failed && config.failureModeAllow()) {
        failureModeAllowed.inc(cell);
        goesOn = true;
      }
      if (goesOn) {
        held.goOn();
      } else {
        connection.responseFlag(ResponseFlag.UAEX);
        connection.responseCodeDetails(failed ? "ext_authz_error" : "ext_authz_denied");
        held.refuse("ext_authz_close");
      }
    }
  }
}
