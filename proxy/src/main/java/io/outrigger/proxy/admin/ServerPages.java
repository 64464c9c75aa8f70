package io.outrigger.proxy.admin;

import io.outrigger.api.schema.JsonWriter;
import io.outrigger.api.schema.ProtoJson;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Pages of the process itself: readiness, information, health, draining, the end. */
public final class ServerPages {
  private final ServerControl server;
  private final byte @Nullable [] node;

  /** {@code node} is the wire form of the node that this proxy says it is. */
  public ServerPages(ServerControl server, byte @Nullable [] node) {
    this.server = server;
    this.node = node;
  }

  public void register(AdminPages pages) {
    pages.get(
        "/ready",
        "print server state, return 200 if LIVE, otherwise return 503",
        List.of(),
        request -> ready());
    pages.get(
        "/server_info", "print server version/status information", List.of(), request -> info());
    pages.get(
        "/memory", "print current allocation/heap usage", List.of(), request -> MemoryPage.show());
    pages.get(
        "/hot_restart_version",
        "print the hot restart compatibility version",
        List.of(),
        request -> AdminReply.text(server.hotRestartVersion()));
    pages.post(
        "/healthcheck/fail",
        "cause the server to fail health checks",
        List.of(),
        request -> health(true));
    pages.post(
        "/healthcheck/ok",
        "cause the server to pass health checks",
        List.of(),
        request -> health(false));
    pages.post(
        "/drain_listeners",
        "drain listeners",
        List.of(
            "graceful: enter a graceful drain period prior to closing listeners",
            "skip_exit: drain the connections but never stop the listeners",
            "inboundonly: drain listeners of traffic_direction INBOUND only"),
        this::drain);
    pages.post("/reopen_logs", "reopen access logs", List.of(), request -> reopen());
    pages.post("/quitquitquit", "exit the server", List.of(), request -> quit());
  }

  private AdminReply ready() {
    ServerState state = server.state();
    return state == ServerState.LIVE
        ? AdminReply.text("LIVE\n")
        : AdminReply.error(503, state.name() + "\n");
  }

  private AdminReply info() {
    JsonWriter out = new JsonWriter(true);
    out.beginObject();
    out.name("version").value(server.version());
    out.name("state").value(server.state().name());
    out.name("uptime_current_epoch").value(server.uptimeSeconds() + "s");
    out.name("uptime_all_epochs").value(server.uptimeOfAllSeconds() + "s");
    out.name("hot_restart_version").value(server.hotRestartVersion());
    out.name("command_line_options").beginObject();
    for (Map.Entry<String, Object> option : server.options().entrySet()) {
      out.name(option.getKey());
      Object value = option.getValue();
      if (value instanceof Number number) {
        out.value(number.longValue());
      } else if (value instanceof Boolean bool) {
        out.value(bool);
      } else {
        out.value(value.toString());
      }
    }
    out.endObject();
    if (node != null) {
      out.name("node");
      ProtoJson.write("envoy.config.core.v3.Node", node, out);
    }
    out.endObject();
    return AdminReply.json(out + "\n");
  }

  private AdminReply health(boolean fail) {
    server.failHealthCheck(fail);
    return AdminReply.ok();
  }

  private AdminReply drain(AdminRequest request) {
    server.drainListeners(
        request.has("graceful"), request.has("inboundonly"), request.has("skip_exit"));
    return AdminReply.ok();
  }

  private AdminReply reopen() {
    server.reopenLogs();
    return AdminReply.ok();
  }

  private AdminReply quit() {
    server.quit();
    return AdminReply.ok();
  }
}
