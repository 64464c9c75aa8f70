package io.outrigger.control.inject;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.outrigger.api.yaml.Node;
import io.outrigger.api.yaml.Yaml;
import io.outrigger.api.yaml.YamlException;
import io.outrigger.control.inject.AnnotationValues.Form;
import io.outrigger.control.inject.InjectionSettings.Capture;
import io.outrigger.control.inject.InjectionSettings.NativeSidecar;
import io.outrigger.control.inject.InjectionSettings.Probe;
import io.outrigger.control.inject.InjectionSettings.Proxy;
import io.outrigger.control.inject.InjectionSettings.Resources;
import io.outrigger.control.istio.InterceptionMode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads what a pod's annotations say in place of an installation's settings. */
final class PodSettingsReader {
  private final InjectionSettings settings;
  private final Map<String, String> annotations;
  private final PodProblems problems;

  PodSettingsReader(
      InjectionSettings settings, Map<String, String> annotations, PodProblems problems) {
    this.settings = settings;
    this.annotations = annotations;
    this.problems = problems;
  }

  /**
   * Reads them all; each that is wrong is a problem.
   *
   * @param nodesHaveNative what {@code auto} stands for
   * @param mesh the mode where nothing else says one
   */
  PodSettings read(boolean nodesHaveNative, InterceptionMode mesh) {
    PodAnnotations.check(annotations, problems);
    Proxy proxy = settings.proxy();
    ProxyConfig config = config();
    String status =
        value(
            PodAnnotations.STATUS_PORT,
            Integer.toString(config.statusPort(proxy.statusPort())),
            AnnotationValues.COUNT);
    String templates = annotations.getOrDefault(PodAnnotations.TEMPLATES, "sidecar");
    if (!templates.equals("sidecar")) {
      problems.warning(
          PodAnnotations.TEMPLATES,
          "found \"" + templates + "\"; only sidecar has an effect, and is what the pod gets");
    }
    return new PodSettings(
        value(PodAnnotations.PROXY_IMAGE, settings.image(), AnnotationValues.TEXT),
        resources(),
        value(
            PodAnnotations.LOG_LEVEL,
            proxy.logLevel(),
            AnnotationValues.oneOf(InjectionSettingsReader.LOG_LEVELS)),
        config.concurrency(proxy.concurrency()),
        nativeSidecar(nodesHaveNative),
        config.holdApplication(proxy.holdApplication()),
        flag(PodAnnotations.REWRITE_PROBES, proxy.rewriteProbes()),
        flag(PodAnnotations.MERGE_METRICS, proxy.prometheusMerge()),
        status.matches("[0-9]{1,5}") ? Integer.parseInt(status) : proxy.statusPort(),
        readiness(),
        config.drain(proxy.drain()),
        mode(config, mesh),
        capture(),
        config.discoveryAddress(settings.controlAddress()),
        config.zipkin(),
        config.traceSampling(),
        named(PodAnnotations.USER_VOLUME),
        named(PodAnnotations.USER_VOLUME_MOUNT));
  }

  private ProxyConfig config() {
    String text = annotations.get(PodAnnotations.CONFIG);
    if (text == null || text.isBlank()) {
      return ProxyConfig.EMPTY;
    }
    try {
      Node node = Yaml.parse(PodAnnotations.CONFIG, text);
      if (node instanceof Node.Mapping mapping) {
        return ProxyConfig.read(mapping, problems);
      }
      problems.annotation(
          PodAnnotations.CONFIG, "must be a mapping of Istio's ProxyConfig, as YAML");
    } catch (YamlException e) {
      problems.annotation(
          PodAnnotations.CONFIG, "isn't YAML: line " + e.place().line() + ": " + e.getMessage());
    }
    return ProxyConfig.EMPTY;
  }

  /** Any of the four annotations stands in place of all that the settings say, as in Istio. */
  private Resources resources() {
    Map<String, String> requests = new LinkedHashMap<>();
    Map<String, String> limits = new LinkedHashMap<>();
    amount(PodAnnotations.PROXY_CPU, "cpu", requests);
    amount(PodAnnotations.PROXY_MEMORY, "memory", requests);
    amount(PodAnnotations.PROXY_CPU_LIMIT, "cpu", limits);
    amount(PodAnnotations.PROXY_MEMORY_LIMIT, "memory", limits);
    return requests.isEmpty() && limits.isEmpty()
        ? settings.proxy().resources()
        : new Resources(requests, limits);
  }

  private void amount(String annotation, String resource, Map<String, String> to) {
    if (annotations.containsKey(annotation)) {
      to.put(resource, value(annotation, "", AnnotationValues.QUANTITY));
    }
  }

  private boolean nativeSidecar(boolean nodesHaveNative) {
    boolean otherwise =
        settings.proxy().nativeSidecar() == NativeSidecar.AUTO
            ? nodesHaveNative
            : settings.proxy().nativeSidecar() == NativeSidecar.TRUE;
    return flag(PodAnnotations.NATIVE, otherwise);
  }

  private Probe readiness() {
    Probe or = settings.proxy().readiness();
    return new Probe(
        count(PodAnnotations.READY_DELAY, or.initialDelaySeconds()),
        count(PodAnnotations.READY_PERIOD, or.periodSeconds()),
        count(PodAnnotations.READY_FAILURES, or.failureThreshold()));
  }

  private InterceptionMode mode(ProxyConfig config, InterceptionMode mesh) {
    InterceptionMode own = settings.mode();
    InterceptionMode otherwise = config.mode(own == null ? mesh : own);
    List<String> words =
        Arrays.stream(InterceptionMode.values()).map(InterceptionMode::name).toList();
    String found = value(PodAnnotations.MODE, otherwise.name(), AnnotationValues.oneOf(words));
    return words.contains(found) ? InterceptionMode.valueOf(found) : otherwise;
  }

  private Capture capture() {
    Capture or = settings.interception();
    Form some = AnnotationValues.ports(false);
    return new Capture(
        value(
            PodAnnotations.INCLUDE_INBOUND_PORTS,
            or.includeInboundPorts(),
            AnnotationValues.ports(true)),
        value(PodAnnotations.EXCLUDE_INBOUND_PORTS, or.excludeInboundPorts(), some),
        value(PodAnnotations.INCLUDE_OUTBOUND_PORTS, or.includeOutboundPorts(), some),
        value(PodAnnotations.EXCLUDE_OUTBOUND_PORTS, or.excludeOutboundPorts(), some),
        value(
            PodAnnotations.INCLUDE_RANGES,
            or.includeOutboundRanges(),
            AnnotationValues.ranges(true)),
        value(
            PodAnnotations.EXCLUDE_RANGES,
            or.excludeOutboundRanges(),
            AnnotationValues.ranges(false)),
        value(
            PodAnnotations.EXCLUDE_INTERFACES,
            or.excludeInterfaces(),
            AnnotationValues.INTERFACES));
  }

  /** Objects by their names, as a JSON object; or a list of objects with a name each. */
  private List<ObjectNode> named(String annotation) {
    String text = annotations.get(annotation);
    List<ObjectNode> out = new ArrayList<>();
    if (text == null || text.isBlank()) {
      return out;
    }
    JsonNode tree;
    try {
      Node parsed = Yaml.parse(annotation, text);
      tree = parsed == null ? JsonTree.NODES.nullNode() : JsonTree.of(parsed);
    } catch (YamlException e) {
      problems.annotation(annotation, "isn't JSON: " + e.getMessage());
      return out;
    }
    if (tree instanceof ObjectNode object) {
      for (Map.Entry<String, JsonNode> entry : object.properties()) {
        if (entry.getValue() instanceof ObjectNode value) {
          ObjectNode named = JsonTree.NODES.objectNode().put("name", entry.getKey());
          named.setAll(value);
          out.add(named);
        } else {
          wrongShape(annotation, text);
        }
      }
    } else if (tree instanceof ArrayNode list) {
      for (JsonNode item : list) {
        if (item instanceof ObjectNode value && !JsonTree.text(value, "name").isEmpty()) {
          out.add(value);
        } else {
          wrongShape(annotation, text);
        }
      }
    } else {
      wrongShape(annotation, text);
    }
    return out;
  }

  private void wrongShape(String annotation, String text) {
    problems.annotation(
        annotation,
        "found \""
            + shortened(text)
            + "\"; must be a JSON object of objects by their names, such as"
            + " {\"certs\": {...}}, or a list of objects with a name");
  }

  private boolean flag(String annotation, boolean otherwise) {
    return value(annotation, Boolean.toString(otherwise), AnnotationValues.BOOLEAN).equals("true");
  }

  private int count(String annotation, int otherwise) {
    String found = value(annotation, Integer.toString(otherwise), AnnotationValues.COUNT);
    return AnnotationValues.COUNT.allows(found) ? Integer.parseInt(found) : otherwise;
  }

  private String value(String annotation, String otherwise, Form form) {
    String found = annotations.get(annotation);
    if (found == null) {
      return otherwise;
    }
    if (!form.allows(found)) {
      problems.annotation(
          annotation, "found \"" + shortened(found) + "\"; must be " + form.allowed());
    }
    return found;
  }

  private static String shortened(String text) {
    return text.length() > 60 ? text.substring(0, 60) + "…" : text;
  }
}
