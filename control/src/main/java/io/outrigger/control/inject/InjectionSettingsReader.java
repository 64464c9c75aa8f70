package io.outrigger.control.inject;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.outrigger.api.yaml.Node;
import io.outrigger.api.yaml.Yaml;
import io.outrigger.api.yaml.YamlException;
import io.outrigger.control.inject.InjectionSettings.Capture;
import io.outrigger.control.inject.InjectionSettings.Drain;
import io.outrigger.control.inject.InjectionSettings.Init;
import io.outrigger.control.inject.InjectionSettings.NativeSidecar;
import io.outrigger.control.inject.InjectionSettings.Probe;
import io.outrigger.control.inject.InjectionSettings.Proxy;
import io.outrigger.control.inject.InjectionSettings.Resources;
import io.outrigger.control.istio.InterceptionMode;
import io.outrigger.control.resource.Fields;
import io.outrigger.control.resource.LabelSelector;
import io.outrigger.control.resource.ResourceProblems;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Reads the one file of injection's settings; what it doesn't say stays at Istio's default. */
public final class InjectionSettingsReader {
  private static final String IMAGE = "outrigger/proxy:0.1.0";
  private static final String CONTROL = "outrigger-control.outrigger-system.svc:15012";
  private static final List<String> SKIPPED =
      List.of("kube-system", "kube-public", "kube-node-lease", "local-path-storage");
  private static final List<String> PULL_POLICIES = List.of("Always", "IfNotPresent", "Never");
  static final List<String> LOG_LEVELS =
      List.of("trace", "debug", "info", "warning", "error", "critical", "off");

  private InjectionSettingsReader() {}

  /**
   * Reads a file.
   *
   * @throws IOException with a line a problem: where, what was found, and what is allowed
   */
  public static InjectionSettings read(Path file) throws IOException {
    return parse(file.toString(), Files.readString(file));
  }

  /** The settings where no file gives any. */
  public static InjectionSettings defaults() {
    try {
      return parse("", "{}");
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  static InjectionSettings parse(String name, String text) throws IOException {
    ResourceProblems problems = new ResourceProblems(null);
    try {
      Node document = Yaml.parse(name, text);
      if (!(document instanceof Node.Mapping mapping)) {
        throw new IOException(name + ": must be a mapping of settings");
      }
      Fields fields = new Fields(mapping, "", problems);
      InjectionSettings settings = settings(fields);
      fields.end();
      if (problems.errors()) {
        throw new IOException(
            problems.list().stream().map(Object::toString).collect(Collectors.joining("\n")));
      }
      return settings;
    } catch (YamlException e) {
      throw new IOException(e.text(), e);
    }
  }

  private static InjectionSettings settings(Fields fields) {
    Fields none = new Fields(new Node.Mapping(List.of(), fields.place()), "", problemless());
    Interception interception =
        or(
            fields.object("interception", InjectionSettingsReader::interception),
            interception(none));
    return new InjectionSettings(
        fields.string("image", IMAGE),
        oneOf(fields, "imagePullPolicy", PULL_POLICIES, "IfNotPresent"),
        fields.strings("imagePullSecrets"),
        fields.string("revision", "default"),
        address(fields),
        fields.string("controlName", ""),
        fields.string("trustDomain", "cluster.local"),
        fields.flag("injectByDefault"),
        skipped(fields),
        fields.objects(
            "neverInjectSelector", f -> LabelSelector.read(f, LabelSelector.Operator.Exists)),
        fields.objects(
            "alwaysInjectSelector", f -> LabelSelector.read(f, LabelSelector.Operator.Exists)),
        or(fields.object("proxy", InjectionSettingsReader::proxy), proxy(none)),
        or(fields.object("init", InjectionSettingsReader::init), init(none)),
        interception.mode(),
        interception.capture());
  }

  private static ResourceProblems problemless() {
    return new ResourceProblems(null);
  }

  private static String address(Fields fields) {
    String address = fields.string("controlAddress", CONTROL);
    int colon = address.lastIndexOf(':');
    if (colon < 1 || !AnnotationValues.isPort(address.substring(colon + 1))) {
      fields.error("controlAddress", "found \"" + address + "\"; must be HOST:PORT");
    }
    return address;
  }

  private static Set<String> skipped(Fields fields) {
    return new LinkedHashSet<>(
        fields.has("skippedNamespaces") ? fields.strings("skippedNamespaces") : SKIPPED);
  }

  private static Proxy proxy(Fields fields) {
    Resources resources =
        resources(
            fields,
            new Resources(
                Map.of("cpu", "100m", "memory", "128Mi"), Map.of("cpu", "2", "memory", "1Gi")));
    Integer concurrency = fields.integer("concurrency", 0, 1024);
    Node context = fields.node("securityContext");
    return new Proxy(
        resources,
        oneOf(fields, "logLevel", LOG_LEVELS, "info"),
        fields.string("accessLog", ""),
        concurrency == null ? 0 : concurrency,
        context instanceof Node.Mapping
            ? (ObjectNode) JsonTree.of(context)
            : JsonTree.NODES.objectNode(),
        nativeSidecar(fields),
        flag(fields, "holdApplicationUntilProxyStarts", true),
        flag(fields, "rewriteAppHTTPProbers", true),
        flag(fields, "prometheusMerge", true),
        or(fields.integer("statusPort", 0, 65535), 15020),
        probe(fields, "startupProbe", new Probe(0, 1, 600)),
        probe(fields, "readinessProbe", new Probe(0, 15, 4)),
        or(
            fields.object("drain", InjectionSettingsReader::drain),
            new Drain(Duration.ofSeconds(5), Duration.ofSeconds(45), true)));
  }

  private static Init init(Fields fields) {
    return new Init(fields.object("resources", InjectionSettingsReader::amounts));
  }

  private static Resources resources(Fields fields, Resources otherwise) {
    return or(fields.object("resources", InjectionSettingsReader::amounts), otherwise);
  }

  private static Resources amounts(Fields fields) {
    return new Resources(quantities(fields, "requests"), quantities(fields, "limits"));
  }

  private static Map<String, String> quantities(Fields fields, String name) {
    Map<String, String> all = fields.stringMap(name);
    all.forEach(
        (resource, amount) -> {
          if (!AnnotationValues.isQuantity(amount)) {
            fields.error(
                name,
                "found \"" + amount + "\" for " + resource + "; must be such as 100m or 128Mi");
          }
        });
    return all;
  }

  private static NativeSidecar nativeSidecar(Fields fields) {
    String word = oneOf(fields, "nativeSidecar", List.of("auto", "true", "false"), "auto");
    return NativeSidecar.valueOf(word.toUpperCase(Locale.ROOT));
  }

  private static Probe probe(Fields fields, String name, Probe otherwise) {
    return or(
        fields.object(
            name,
            f ->
                new Probe(
                    or(f.integer("initialDelaySeconds", 0, 3600), otherwise.initialDelaySeconds()),
                    or(f.integer("periodSeconds", 1, 3600), otherwise.periodSeconds()),
                    or(f.integer("failureThreshold", 0, 100_000), otherwise.failureThreshold()))),
        otherwise);
  }

  private static Drain drain(Fields fields) {
    return new Drain(
        or(fields.duration("minimum"), Duration.ofSeconds(5)),
        or(fields.duration("maximum"), Duration.ofSeconds(45)),
        flag(fields, "delayApplication", true));
  }

  private record Interception(@Nullable InterceptionMode mode, Capture capture) {}

  private static Interception interception(Fields fields) {
    return new Interception(
        fields.has("mode")
            ? fields.oneOf("mode", InterceptionMode.class, InterceptionMode.REDIRECT)
            : null,
        capture(fields));
  }

  private static Capture capture(Fields fields) {
    return new Capture(
        ports(fields, "includeInboundPorts", "*"),
        ports(fields, "excludeInboundPorts", ""),
        ports(fields, "includeOutboundPorts", ""),
        ports(fields, "excludeOutboundPorts", ""),
        ranges(fields, "includeOutboundIPRanges", "*"),
        ranges(fields, "excludeOutboundIPRanges", ""),
        fields.string("excludeInterfaces", ""));
  }

  private static String ports(Fields fields, String name, String otherwise) {
    return list(
        fields, name, otherwise, AnnotationValues.ports(name.equals("includeInboundPorts")));
  }

  private static String ranges(Fields fields, String name, String otherwise) {
    return list(
        fields, name, otherwise, AnnotationValues.ranges(name.equals("includeOutboundIPRanges")));
  }

  private static String list(
      Fields fields, String name, String otherwise, AnnotationValues.Form form) {
    String found = fields.string(name, otherwise);
    if (!form.allows(found)) {
      fields.error(name, "found \"" + found + "\"; must be " + form.allowed());
    }
    return found;
  }

  private static String oneOf(Fields fields, String name, List<String> allowed, String otherwise) {
    String found = fields.string(name, otherwise);
    if (!allowed.contains(found)) {
      fields.error(name, "found \"" + found + "\"; must be one of " + String.join(", ", allowed));
      return otherwise;
    }
    return found;
  }

  private static boolean flag(Fields fields, String name, boolean otherwise) {
    Boolean value = fields.bool(name);
    return value == null ? otherwise : value;
  }

  private static <T> T or(@Nullable T value, T otherwise) {
    return value == null ? otherwise : value;
  }
}
