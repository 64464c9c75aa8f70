package io.outrigger.e2e;

import java.nio.file.Files;
import java.nio.file.Path;

/** Where the processes under test and the real parts are. */
public final class Installed {
  /** The repository's root. */
  public static Path home() {
    Path here = Path.of("").toAbsolutePath();
    return Files.exists(here.resolve("bin/outrigger")) ? here : here.resolve("..").normalize();
  }

  public static String outrigger() {
    return home().resolve("bin/outrigger").toString();
  }

  /** The real Envoy that bin/tools installed. */
  public static String envoy() {
    String cache = System.getenv("OUTRIGGER_CACHE");
    if (cache == null) {
      String xdg = System.getenv("XDG_CACHE_HOME");
      cache = (xdg == null ? System.getProperty("user.home") + "/.cache" : xdg) + "/outrigger";
    }
    Path envoy = Path.of(cache, "envoy-1.40", "envoy");
    if (!Files.isExecutable(envoy)) {
      throw new AssertionError("no Envoy at " + envoy + ": run bin/tools");
    }
    return envoy.toString();
  }

  private Installed() {}
}
