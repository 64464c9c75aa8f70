package io.outrigger.proxy.sidecar;

import io.outrigger.identity.SpiffeId;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads a sidecar's command line. */
final class SidecarArguments {
  static final String USAGE =
      """
      outrigger sidecar --service NAME --app-port PORT --control HOST:PORT --token-file FILE \
      --ca-file FILE [OPTION...] [-- COMMAND ARG...]

      Runs a proxy beside one workload: has it certified, takes its configuration from the control
      plane, and starts COMMAND when it is ready. Ends with COMMAND's exit code.

        --service NAME          the service that the application is an instance of
        --app-port PORT         where the application listens on loopback; not needed with --intercept
        --control HOST:PORT     the control plane (127.0.0.1:15012)
        --control-name NAME     what the control plane's certificate is for, if not HOST
        --ca-file FILE          the mesh's roots: root-cert.pem of the control plane; watched
        --token-file FILE       proves who the workload is: outrigger token makes one
        --namespace NS          (default)
        --service-account SA    (the service's name)
        --trust-domain NAME     (cluster.local)
        --instance NAME         the instance's name (the service's, with its version)
        --version LABEL         the same as --label version=LABEL
        --label KEY=VALUE       a label of the instance; may be repeated
        --pod-info DIR          a pod's labels, in the file that its downward API mounts there
        --lifetime DURATION     how long certificates should live, such as 12h or 20s
        --state-dir DIR         keeps key, certificate and last configuration (.outrigger/INSTANCE)
        --address IP            the instance's address (that from which HOST is reached)
        --inbound-port PORT     where other sidecars reach the application (15006)
        --http-proxy-port PORT  a forward proxy for the application on loopback
        --listen HOST:PORT=PORT a loopback port that stands for a service; may be repeated
        --intercept MODE        none; redirect: all TCP by iptables, which needs root; tproxy: the same,
                                and the application sees its callers' own addresses; applied,
                                applied-tproxy: by rules that are there already (none)
        --run-as UID[:GID]      COMMAND's user; needed with --intercept redirect or tproxy
        --workload NAME         what the instance comes from, for metrics (the instance's name)
        --status-port PORT      Istio's agent: the application's probes, /stats/prometheus with its
                                metrics, /drain, /quitquitquit; 0 for none (0; Istio's is 15020)
        --health-port PORT      /healthz/ready for everybody; 0 for none (0; Istio's is 15021)
        --stats-port PORT       /stats/prometheus for everybody; 0 for none (0; Istio's is 15090)
        --admin-port PORT       Envoy's admin pages on loopback; 0 for none (15000)
        --access-log FILE       - for standard output
        --zipkin HOST:PORT      traces requests, and sends the spans to a Zipkin
        --trace-sampling N      so many of 100 requests that are in no trace begin one (1)
        --concurrency N         worker threads
        --log-level LEVEL       trace debug info warning error critical off (info)
        --drain-minimum DURATION  how long to serve on when told to end, where rules were applied (0s)
        --drain-time DURATION   how long requests may take to end at shutdown (5s)
        --restart-epoch N|auto  hot restart: takes the sidecar's sockets over that runs before;
                                without COMMAND, which is started once
        --base-id N             tells the sidecars of one machine apart (0)
        --consul-register URL   the workload is in the catalog of this machine's Consul agent while it
                                is ready: http://127.0.0.1:8500
        --consul-token-file FILE  an ACL token that may register it
        --consul-check PATH     where the application says that it is well (its port is connected to)
        --parent-shutdown-time DURATION  how long the sidecar before may take to end (30s)
      """;

  private static final Set<String> FLAGS =
      Set.of(
          "--service",
          "--app-port",
          "--control",
          "--control-name",
          "--ca-file",
          "--token-file",
          "--namespace",
          "--service-account",
          "--trust-domain",
          "--instance",
          "--version",
          "--label",
          "--lifetime",
          "--state-dir",
          "--address",
          "--inbound-port",
          "--http-proxy-port",
          "--listen",
          "--intercept",
          "--run-as",
          "--admin-port",
          "--health-port",
          "--stats-port",
          "--pod-info",
          "--access-log",
          "--zipkin",
          "--trace-sampling",
          "--concurrency",
          "--log-level",
          "--drain-time",
          "--drain-minimum",
          "--workload",
          "--status-port",
          "--restart-epoch",
          "--trusted-proxies",
          "--base-id",
          "--parent-shutdown-time",
          "--consul-register",
          "--consul-token-file",
          "--consul-check");

  private final Map<String, String> values = new LinkedHashMap<>();
  private final Map<String, String> labels = new LinkedHashMap<>();
  private final Map<String, Integer> listen = new LinkedHashMap<>();

  private final Role role;

  private SidecarArguments(Role role) {
    this.role = role;
  }

  static SidecarOptions parse(Role role, List<String> arguments) throws UsageException {
    return new SidecarArguments(role).read(arguments);
  }

  private SidecarOptions read(List<String> arguments) throws UsageException {
    List<String> command = List.of();
    for (int i = 0; i < arguments.size(); i++) {
      String word = arguments.get(i);
      if (word.equals("--") && role == Role.SIDECAR) {
        command = List.copyOf(arguments.subList(i + 1, arguments.size()));
        break;
      }
      int equals = word.startsWith("--") ? word.indexOf('=') : -1;
      String flag = equals > 0 ? word.substring(0, equals) : word;
      if (!FLAGS.contains(flag) || !role.has(flag)) {
        throw new UsageException(
            (flag.startsWith("-") ? "flag " + flag + " is unknown" : "what is \"" + flag + "\"?")
                + (role == Role.SIDECAR ? "; the application's command stands behind --, and" : ";")
                + " --help lists the flags");
      }
      if (equals < 0 && i + 1 == arguments.size()) {
        throw new UsageException(flag + " lacks its value");
      }
      take(flag, equals > 0 ? word.substring(equals + 1) : arguments.get(++i));
    }
    return options(command);
  }

  private void take(String flag, String value) throws UsageException {
    switch (flag) {
      case "--label" -> label(value);
      case "--pod-info" -> PodLabels.read(Path.of(value)).forEach(labels::putIfAbsent);
      case "--version" -> labels.put("version", value);
      case "--listen" -> listen(value);
      default -> values.put(flag, value);
    }
  }

  private void label(String value) throws UsageException {
    int equals = value.indexOf('=');
    if (equals < 1) {
      throw new UsageException("--label is \"" + value + "\"; KEY=VALUE is allowed");
    }
    labels.put(value.substring(0, equals), value.substring(equals + 1));
  }

  private void listen(String value) throws UsageException {
    int equals = value.lastIndexOf('=');
    if (equals < 1 || value.lastIndexOf(':', equals) < 1) {
      throw new UsageException(
          "--listen is \"" + value + "\"; HOST:PORT=PORT is allowed, such as ratings:9080=19080");
    }
    listen.put(value.substring(0, equals), port("--listen", value.substring(equals + 1), false));
  }

  private SidecarOptions options(List<String> command) throws UsageException {
    String service = required("--service");
    String namespace = value("--namespace", "default");
    SpiffeId id;
    try {
      id =
          new SpiffeId(
              value("--trust-domain", "cluster.local"),
              namespace,
              value("--service-account", service));
    } catch (IllegalArgumentException e) {
      throw new UsageException(String.valueOf(e.getMessage()));
    }
    String version = labels.get("version");
    String instance = value("--instance", version == null ? service : service + "-" + version);
    String control = value("--control", "127.0.0.1:15012");
    String zipkin = values.get("--zipkin");
    SidecarOptions.Interception interception = interception();
    String runAs = values.get("--run-as");
    if (interception.rules() != null && !command.isEmpty() && runAs == null) {
      throw new UsageException(
          "--intercept "
              + interception.word
              + " leaves the sidecar's own user alone, so the command needs another:"
              + " say --run-as UID");
    }
    if (values.containsKey("--restart-epoch") && !command.isEmpty()) {
      throw new UsageException(
          "--restart-epoch is for a sidecar beside an application that runs by itself: COMMAND"
              + " would be started again by each");
    }
    String tokenFile = values.get("--token-file");
    return new SidecarOptions(
        role,
        service,
        id,
        instance,
        value("--workload", instance),
        Map.copyOf(labels),
        role == Role.SIDECAR && interception == SidecarOptions.Interception.NONE
            ? port("--app-port", required("--app-port"), false)
            : port("--app-port", value("--app-port", "0"), true),
        host("--control", control),
        portOf("--control", control),
        value("--control-name", host("--control", control)),
        Path.of(required("--ca-file")),
        tokenFile == null ? null : Path.of(tokenFile),
        duration("--lifetime", value("--lifetime", "0s")),
        Path.of(value("--state-dir", ".outrigger/" + instance)),
        values.get("--address"),
        port("--admin-port", value("--admin-port", "15000"), true),
        port("--inbound-port", value("--inbound-port", "15006"), true),
        port("--health-port", value("--health-port", "0"), true),
        port("--stats-port", value("--stats-port", "0"), true),
        port("--status-port", value("--status-port", "0"), true),
        port("--http-proxy-port", value("--http-proxy-port", "0"), true),
        Map.copyOf(listen),
        interception,
        runAs,
        value("--access-log", ""),
        zipkin == null ? null : host("--zipkin", zipkin),
        zipkin == null ? 0 : portOf("--zipkin", zipkin),
        number("--trace-sampling", value("--trace-sampling", "1"), 0, 100),
        number("--concurrency", value("--concurrency", "0"), 0, 1024),
        value("--log-level", "info"),
        duration("--drain-time", value("--drain-time", "5s")),
        duration("--drain-minimum", value("--drain-minimum", "0s")),
        number("--trusted-proxies", value("--trusted-proxies", "0"), 0, 100),
        values.get("--restart-epoch"),
        number("--base-id", value("--base-id", "0"), 0, Integer.MAX_VALUE),
        duration("--parent-shutdown-time", value("--parent-shutdown-time", "30s")),
        consul(),
        command);
  }

  private SidecarOptions.Interception interception() throws UsageException {
    String mode = value("--intercept", "none");
    List<String> words = new ArrayList<>();
    for (SidecarOptions.Interception one : SidecarOptions.Interception.values()) {
      if (one.word.equals(mode)) {
        return one;
      }
      words.add(one.word);
    }
    throw new UsageException(
        "--intercept is \"" + mode + "\"; it may be one of " + String.join(", ", words));
  }

  private @Nullable ConsulAgent consul() throws UsageException {
    String url = values.get("--consul-register");
    String token = values.get("--consul-token-file");
    String check = values.get("--consul-check");
    if (url == null) {
      if (token != null || check != null) {
        throw new UsageException("--consul-token-file and --consul-check need --consul-register");
      }
      return null;
    }
    if (!url.startsWith("http://")) {
      throw new UsageException(
          "--consul-register is \"" + url + "\"; http://HOST:PORT of this machine's is allowed");
    }
    if (value("--app-port", "0").equals("0")) {
      throw new UsageException("--consul-register needs --app-port, which is what is registered");
    }
    if (check != null && !check.startsWith("/")) {
      throw new UsageException("--consul-check is \"" + check + "\"; a path such as /health is");
    }
    String address = url.substring("http://".length(), url.length() - (url.endsWith("/") ? 1 : 0));
    return new ConsulAgent(
        host("--consul-register", address),
        portOf("--consul-register", address),
        token == null ? null : Path.of(token),
        check);
  }

  private String required(String flag) throws UsageException {
    String value = values.get(flag);
    if (value == null || value.isEmpty()) {
      throw new UsageException(flag + " is needed; --help says what for");
    }
    return value;
  }

  private String value(String flag, String otherwise) {
    @Nullable String value = values.get(flag);
    return value == null ? otherwise : value;
  }

  private static String host(String flag, String address) throws UsageException {
    int colon = address.lastIndexOf(':');
    if (colon < 1) {
      throw new UsageException(flag + " is \"" + address + "\"; HOST:PORT is allowed");
    }
    return address.substring(0, colon).replace("[", "").replace("]", "");
  }

  private static int portOf(String flag, String address) throws UsageException {
    return port(flag, address.substring(address.lastIndexOf(':') + 1), false);
  }

  private static int port(String flag, String text, boolean mayBeZero) throws UsageException {
    return number(flag, text, mayBeZero ? 0 : 1, 65535);
  }

  private static int number(String flag, String text, int min, int max) throws UsageException {
    try {
      int number = Integer.parseInt(text);
      if (number >= min && number <= max) {
        return number;
      }
    } catch (NumberFormatException e) {
      // told below
    }
    throw new UsageException(
        flag + " is \"" + text + "\"; a number from " + min + " to " + max + " is allowed");
  }

  private static Duration duration(String flag, String text) throws UsageException {
    try {
      long number = Long.parseLong(text.substring(0, Math.max(0, text.length() - 1)));
      switch (text.charAt(text.length() - 1)) {
        case 's':
          return Duration.ofSeconds(number);
        case 'm':
          return Duration.ofMinutes(number);
        case 'h':
          return Duration.ofHours(number);
        case 'd':
          return Duration.ofDays(number);
        default:
          break;
      }
    } catch (NumberFormatException | IndexOutOfBoundsException e) {
      // told below
    }
    throw new UsageException(
        flag + " is \"" + text + "\"; a number with s, m, h or d is allowed, such as 90s");
  }
}
