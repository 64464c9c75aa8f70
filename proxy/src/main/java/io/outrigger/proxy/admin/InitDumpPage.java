package io.outrigger.proxy.admin;

import io.outrigger.api.schema.JsonWriter;
import io.outrigger.proxy.snapshot.Configuration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** {@code /init_dump}: what is not in force yet because it waits for something. */
public final class InitDumpPage {
  private final Configuration configuration;

  public InitDumpPage(Configuration configuration) {
    this.configuration = configuration;
  }

  public void register(AdminPages pages) {
    pages.get(
        "/init_dump",
        "print what start-up still waits for",
        List.of("mask: the kind to show, such as listener"),
        this::show);
  }

  private AdminReply show(AdminRequest request) {
    String mask = request.value("mask");
    boolean all = mask == null || mask.isEmpty();
    boolean listenersOnly = "listener".equals(mask);
    JsonWriter out = new JsonWriter(true);
    out.beginObject();
    Set<String> listeners = configuration.warmingListeners();
    Set<String> clusters = configuration.warmingClusters();
    boolean withListeners = !listeners.isEmpty() && (all || listenersOnly);
    boolean withClusters = !clusters.isEmpty() && all;
    if (withListeners || withClusters) {
      out.name("unready_targets_dumps").beginArray();
      if (withListeners) {
        names(out, "listeners", listeners);
      }
      if (withClusters) {
        names(out, "clusters", clusters);
      }
      out.endArray();
    }
    out.endObject();
    return AdminReply.json(out + "\n");
  }

  private static void names(JsonWriter out, String what, Set<String> names) {
    out.beginObject();
    out.name("name").value("init manager " + what);
    out.name("target_names").beginArray();
    new TreeSet<>(names).forEach(out::value);
    out.endArray();
    out.endObject();
  }
}
