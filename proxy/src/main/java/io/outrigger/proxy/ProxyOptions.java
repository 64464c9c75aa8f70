package io.outrigger.proxy;

import io.outrigger.proxy.drain.DrainStrategy;
import io.outrigger.proxy.log.Level;
import io.outrigger.proxy.log.Log;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The proxy's command line: Envoy's flags, and {@code --state-dir} and {@code --filters}, which are
 * ours.
 *
 * <p>Flags of Envoy's for what a JVM has no counterpart of are accepted and have no effect, so that
 * a command line written for Envoy starts this proxy.
 */
public final class ProxyOptions {
  /** What the process is to do. */
  public enum Mode {
    SERVE,
    VALIDATE
  }

  private static final Set<String> IGNORED_WITH_VALUE =
      Set.of(
          "--local-address-ip-version",
          "--disable-extensions",
          "--bootstrap-version",
          "--stats-tag",
          "--file-flush-min-size-kb",
          "--proxyLogLevel");
  private static final Set<String> IGNORED =
      Set.of(
          "--cpuset-threads",
          "--enable-mutex-tracing",
          "--enable-core-dump",
          "--enable-fine-grain-logging",
          "--log-format-escaped",
          "--log-stacktrace-single-entry",
          "--ignore-unknown-dynamic-fields",
          "--skip-deprecated-logs");

  @Nullable String configPath;
  @Nullable String configYaml;
  Mode mode = Mode.SERVE;
  int concurrency;
  @Nullable String adminAddressPath;
  Level logLevel = Level.INFO;
  String componentLogLevel = "";
  @Nullable String logFormat;
  @Nullable String logPath;
  String serviceNode = "";
  String serviceCluster = "";
  String serviceZone = "";
  long drainTimeSeconds = 600;
  DrainStrategy drainStrategy = DrainStrategy.GRADUAL;
  long parentShutdownTimeSeconds = 900;
  long fileFlushIntervalMillis = 10_000;
  boolean allowUnknownStaticFields;
  boolean rejectUnknownDynamicFields;
  @Nullable String stateDir;
  @Nullable String filtersDir;
  final RestartFlags restart = new RestartFlags();
  boolean help;
  boolean version;
  boolean hotRestartVersion;

  public ProxyOptions() {}

  /** A command line that can't be followed; the message says why, in one line. */
  public static final class WrongUsage extends Exception {
    private static final long serialVersionUID = 1L;

    WrongUsage(String message) {
      super(message);
    }
  }

  /** Reads a command line; {@code --flag value} and {@code --flag=value} alike. */
  public static ProxyOptions parse(String... args) throws WrongUsage {
    ProxyOptions options = new ProxyOptions();
    List<String> words = split(args);
    for (int i = 0; i < words.size(); i++) {
      String flag = words.get(i);
      if (options.isSwitch(flag)) {
        continue;
      }
      if (!flag.startsWith("-")) {
        throw new WrongUsage("unexpected argument \"" + flag + "\"");
      }
      if (i + 1 == words.size()) {
        throw new WrongUsage("flag " + flag + " is unknown, or lacks its value");
      }
      options.set(flag, words.get(++i));
    }
    options.restart.check();
    return options;
  }

  private static List<String> split(String[] args) {
    List<String> words = new ArrayList<>(args.length);
    for (String arg : args) {
      int equals = arg.startsWith("--") ? arg.indexOf('=') : -1;
      if (equals > 0) {
        words.add(arg.substring(0, equals));
        words.add(arg.substring(equals + 1));
      } else {
        words.add(arg);
      }
    }
    return words;
  }

  /** Takes a flag that has no value. */
  private boolean isSwitch(String flag) {
    switch (flag) {
      case "--allow-unknown-static-fields", "--allow-unknown-fields" ->
          allowUnknownStaticFields = true;
      case "--reject-unknown-dynamic-fields" -> rejectUnknownDynamicFields = true;
      case "-h", "--help" -> help = true;
      case "--version" -> version = true;
      case "--hot-restart-version" -> hotRestartVersion = true;
      default -> {
        return restart.take(flag) || IGNORED.contains(flag);
      }
    }
    return true;
  }

  private void set(String flag, String value) throws WrongUsage {
    switch (flag) {
      case "-c", "--config-path" -> configPath = value;
      case "--config-yaml" -> configYaml = value;
      case "--mode" -> mode = mode(value);
      case "--concurrency" -> concurrency = (int) number(flag, value, 1024);
      case "--admin-address-path" -> adminAddressPath = value;
      case "-l", "--log-level" -> logLevel = level(flag, value);
      case "--component-log-level" -> componentLogLevel = components(value);
      case "--log-format" -> logFormat = value;
      case "--log-path" -> logPath = value;
      case "--service-node" -> serviceNode = value;
      case "--service-cluster" -> serviceCluster = value;
      case "--service-zone" -> serviceZone = value;
      case "--drain-time-s" -> drainTimeSeconds = number(flag, value, Integer.MAX_VALUE);
      case "--drain-strategy" -> drainStrategy = strategy(value);
      case "--parent-shutdown-time-s" ->
          parentShutdownTimeSeconds = number(flag, value, Integer.MAX_VALUE);
      case "--file-flush-interval-msec" ->
          fileFlushIntervalMillis = Math.max(1, number(flag, value, Integer.MAX_VALUE));
      case "--state-dir" -> stateDir = value;
      case "--filters" -> filtersDir = value;
      default -> {
        if (!restart.take(flag, value) && !IGNORED_WITH_VALUE.contains(flag)) {
          throw new WrongUsage("flag " + flag + " is unknown; --help lists the flags");
        }
      }
    }
  }

  private static Mode mode(String value) throws WrongUsage {
    return switch (value) {
      case "serve" -> Mode.SERVE;
      case "validate", "init_only" -> Mode.VALIDATE;
      default -> throw new WrongUsage("--mode is \"" + value + "\"; it may be serve or validate");
    };
  }

  private static DrainStrategy strategy(String value) throws WrongUsage {
    return switch (value.toLowerCase(Locale.ROOT)) {
      case "gradual" -> DrainStrategy.GRADUAL;
      case "immediate" -> DrainStrategy.IMMEDIATE;
      default ->
          throw new WrongUsage(
              "--drain-strategy is \"" + value + "\"; it may be gradual or immediate");
    };
  }

  private static Level level(String flag, String value) throws WrongUsage {
    Level level = Level.of(value);
    if (level == null) {
      throw new WrongUsage(
          flag
              + " is \""
              + value
              + "\"; it may be trace, debug, info, warning, error, critical or off");
    }
    return level;
  }

  /** {@code upstream:debug,http:trace}; a component that is only Envoy's is passed over. */
  private static String components(String value) throws WrongUsage {
    for (String pair : value.split(",", -1)) {
      int colon = pair.indexOf(':');
      if (colon < 0) {
        throw new WrongUsage(
            "--component-log-level has \"" + pair + "\"; it takes component:level,...");
      }
      level("--component-log-level", pair.substring(colon + 1));
    }
    return value;
  }

  static long number(String flag, String value, long max) throws WrongUsage {
    try {
      long number = Long.parseLong(value);
      if (number >= 0 && number <= max) {
        return number;
      }
    } catch (NumberFormatException e) {
      // told below
    }
    throw new WrongUsage(flag + " is \"" + value + "\"; it takes a whole number up to " + max);
  }

  /** Sets the log's levels as the flags say. */
  void applyLogLevels() {
    Log.all(logLevel);
    if (componentLogLevel.isEmpty()) {
      return;
    }
    for (String pair : componentLogLevel.split(",", -1)) {
      int colon = pair.indexOf(':');
      Log log = Log.of(pair.substring(0, colon));
      Level level = Level.of(pair.substring(colon + 1));
      if (log != null && level != null) {
        log.level(level);
      }
    }
  }

  static String usage() {
    return """
    outrigger proxy: a data plane on an Envoy v3 bootstrap

      -c, --config-path FILE           bootstrap, in YAML or JSON
      --config-yaml YAML               bootstrap, or what is merged over the file's
      --mode serve|validate            validate: load the configuration and say what is wrong
      --concurrency N                  worker threads; the CPUs of the cgroup unless given
      --admin-address-path FILE        where to write the admin address once it is bound
      -l, --log-level LEVEL            trace debug info warning error critical off
      --component-log-level C:L,...    levels of single components
      --log-format FORMAT              with %Y %m %d %T %e %t %l %n %v
      --log-path FILE                  instead of standard error
      --service-node ID                node.id
      --service-cluster NAME           node.cluster
      --service-zone NAME              node.locality.zone
      --drain-time-s N                 600 unless given
      --drain-strategy gradual|immediate
      --parent-shutdown-time-s N       900 unless given
      --restart-epoch N|auto           hot restart: takes the sockets of the process before over;
                                       auto finds it, or begins
      --base-id N                      tells lines of processes of one machine apart
      --use-dynamic-base-id, --base-id-path FILE, --socket-path PATH, --socket-mode MODE
      --skip-hot-restart-on-no-parent, --skip-hot-restart-parent-stats, --disable-hot-restart
      --hot-restart-version
      --file-flush-interval-msec N     access logs; 10000 unless given
      --allow-unknown-static-fields    an unknown field of the bootstrap is only a warning
      --reject-unknown-dynamic-fields  an unknown field of an xDS resource refuses it
      --state-dir DIR                  keeps the last good dynamic configuration there
      --filters DIR                    loads filters of your own from the jars there, and follows them
      --version, -h, --help
    """;
  }

  // ---- for a process that starts the proxy itself ----

  public ProxyOptions config(String path, String yaml) {
    configPath = path.isEmpty() ? null : path;
    configYaml = yaml.isEmpty() ? null : yaml;
    return this;
  }

  public ProxyOptions concurrency(int workers) {
    concurrency = workers;
    return this;
  }

  public ProxyOptions drainTime(long seconds) {
    drainTimeSeconds = seconds;
    return this;
  }

  /** Takes over from the process of the same base id, if there is one. */
  public ProxyOptions hotRestart(String epoch, long baseId, long parentShutdownSeconds)
      throws WrongUsage {
    restart.baseId(baseId);
    boolean _ = restart.take("--restart-epoch", epoch);
    parentShutdownTimeSeconds = parentShutdownSeconds;
    return this;
  }

  public ProxyOptions drainStrategy(DrainStrategy strategy) {
    drainStrategy = strategy;
    return this;
  }

  public ProxyOptions fileFlushInterval(long millis) {
    fileFlushIntervalMillis = millis;
    return this;
  }

  public ProxyOptions stateDir(String directory) {
    stateDir = directory;
    return this;
  }

  public ProxyOptions filters(String directory) {
    filtersDir = directory;
    return this;
  }
}
