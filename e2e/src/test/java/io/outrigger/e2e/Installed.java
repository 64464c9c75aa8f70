package io.outrigger.e2e;

import java.io.File;
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
    return tool("envoy-1.40/envoy");
  }

  /** The conformance tests of HTTP/2 that bin/tools installed. */
  public static String h2spec() {
    return tool("h2spec/h2spec");
  }

  /** A Python with the client libraries that bin/tools installed. */
  public static String python() {
    return tool("clients-python/bin/python");
  }

  /** The real helm that bin/tools built. */
  public static String helm() {
    return tool("helm-3.19.0/helm");
  }

  /** The folder with the Gateway API's definitions that bin/tools fetched. */
  public static Path gatewayApi() {
    Path folder = cache().resolve("gateway-api-1.6.1");
    if (!Files.isDirectory(folder)) {
      throw new AssertionError("no " + folder + ": run bin/tools");
    }
    return folder;
  }

  /** Zipkin's server, a jar to be run, that bin/tools installed. */
  public static String zipkin() {
    return tool("zipkin-3.5.1/zipkin.jar");
  }

  /** Debian's Redis that bin/tools unpacked. */
  public static String redis() {
    return tool("redis-7.0/redis-server");
  }

  /** Consul's agent that bin/tools built, or where it would be: it can't be built everywhere. */
  public static String consul() {
    return cache().resolve("consul-1.13/consul").toString();
  }

  /** Debian's Prometheus, or the one in the path, that bin/tools looked for. */
  public static String prometheus() {
    for (String folder : System.getenv("PATH").split(File.pathSeparator)) {
      Path program = Path.of(folder, "prometheus");
      if (Files.isExecutable(program)) {
        return program.toString();
      }
    }
    throw new AssertionError("no prometheus in the path: run bin/tools");
  }

  private static Path cache() {
    String cache = System.getenv("OUTRIGGER_CACHE");
    if (cache == null) {
      String xdg = System.getenv("XDG_CACHE_HOME");
      cache = (xdg == null ? System.getProperty("user.home") + "/.cache" : xdg) + "/outrigger";
    }
    return Path.of(cache);
  }

  private static String tool(String name) {
    Path tool = cache().resolve(name);
    if (!(name.endsWith(".jar") ? Files.isReadable(tool) : Files.isExecutable(tool))) {
      throw new AssertionError("no " + tool + ": run bin/tools");
    }
    return tool.toString();
  }

  private Installed() {}
}
