package io.outrigger.proxy.admin;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import jdk.jfr.Configuration;
import jdk.jfr.Recording;
import org.jspecify.annotations.Nullable;

/**
 * What there is to profile with: a flight recording of the JVM, which is loaded when it is first
 * asked for; Envoy's own profilers answer as in a build without them.
 */
public final class ProfilerPages {
  private @Nullable Object recording; // of a class that is not to be loaded at start

  public void register(AdminPages pages) {
    List<String> enable = List.of("enable: enables the profiler; One of (y, n)");
    pages.post(
        "/outrigger/jfr",
        "start or stop a flight recording of the JVM",
        List.of(
            "enable: start, or stop and write the file; One of (y, n)",
            "file: where to write it; outrigger-PID.jfr in the temporary directory unless given",
            "settings: default or profile"),
        this::record);
    pages.post(
        "/cpuprofiler",
        "enable/disable the CPU profiler",
        enable,
        request ->
            enabled(request) == null
                ? AdminReply.error(400, "?enable=<y|n>\n")
                : AdminReply.error(
                    501, "The current build does not support cpu profiler; see /outrigger/jfr\n"));
    pages.post(
        "/heapprofiler",
        "enable/disable the heap profiler",
        enable,
        request -> AdminReply.error(501, "The current build does not support heap profiler"));
    pages.get(
        "/contention",
        "dump current Envoy mutex contention stats (if enabled)",
        List.of(),
        request ->
            AdminReply.text(
                "Mutex contention tracing is not enabled. To enable, run Envoy with flag"
                    + " --enable-mutex-tracing."));
  }

  private static @Nullable Boolean enabled(AdminRequest request) {
    String value = request.value("enable");
    if (value == null || !(value.equals("y") || value.equals("n"))) {
      return null;
    }
    return value.equals("y");
  }

  private AdminReply record(AdminRequest request) {
    Boolean enable = enabled(request);
    if (enable == null) {
      return AdminReply.error(400, "?enable=<y|n>\n");
    }
    try {
      if (enable) {
        return start(request);
      }
      if (!(recording instanceof Recording running)) {
        return AdminReply.error(400, "there is no recording\n");
      }
      recording = null;
      Path file = running.getDestination();
      running.stop();
      running.close();
      return AdminReply.text(file + "\n");
    } catch (IOException | java.text.ParseException e) {
      return AdminReply.error(500, "the recording failed: " + e.getMessage() + "\n");
    }
  }

  private AdminReply start(AdminRequest request) throws IOException, java.text.ParseException {
    if (recording != null) {
      return AdminReply.error(400, "a recording runs already\n");
    }
    String settings = request.value("settings");
    String wanted = settings == null ? "default" : settings;
    if (!wanted.equals("default") && !wanted.equals("profile")) {
      return AdminReply.error(400, "settings may be default or profile\n");
    }
    String file = request.value("file");
    Path path =
        file == null
            ? Path.of(
                System.getProperty("java.io.tmpdir"),
                "outrigger-" + ProcessHandle.current().pid() + ".jfr")
            : Path.of(file);
    Recording started = new Recording(Configuration.getConfiguration(wanted));
    try {
      started.setDestination(path);
      started.start();
    } catch (IOException e) {
      started.close();
      throw e;
    }
    recording = started;
    return AdminReply.text("OK\n");
  }
}
