package io.outrigger.control.inject;

import static io.outrigger.control.inject.InjectionTrial.MESHED;
import static io.outrigger.control.inject.InjectionTrial.in;
import static io.outrigger.control.inject.InjectionTrial.inject;
import static io.outrigger.control.inject.InjectionTrial.injected;
import static io.outrigger.control.inject.InjectionTrial.pod;
import static io.outrigger.control.inject.InjectionTrial.settings;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.zjsonpatch.JsonPatch;
import io.outrigger.control.inject.PodInjector.Injected;
import io.outrigger.control.inject.PodInjector.Refused;
import io.outrigger.control.inject.PodInjector.Skipped;
import io.outrigger.control.istio.InterceptionMode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Pods before and after injection. */
class PodInjectorTest {
  private static final String PLAIN =
      """
      metadata:
        generateName: reviews-6d8f9c7b5-
        labels: {app: reviews, version: v2, pod-template-hash: 6d8f9c7b5}
        ownerReferences: [{kind: ReplicaSet, name: reviews-6d8f9c7b5, controller: true}]
      spec:
        initContainers: [{name: migrate, image: migrate:1}]
        containers: [{name: app, image: reviews:2, ports: [{containerPort: 8080, name: http}]}]
      """;

  private static String annotated(String annotation, String value) {
    return """
        metadata: {name: a, annotations: {%s: '%s'}}
        spec: {containers: [{name: app, image: a, ports: [{containerPort: 8080}]}]}
        """
        .formatted(annotation, value);
  }

  @Test
  void aPlainPodGetsTheWholeOfASidecar() throws IOException {
    ObjectNode before = pod(PLAIN);
    Injected done =
        (Injected)
            PodInjector.inject(
                settings("{image: 'outrigger/proxy:1'}"), in("shop", MESHED), before);
    try (InputStream in = PodInjectorTest.class.getResourceAsStream("/inject/plain.golden.yaml")) {
      ObjectNode golden = pod(new String(in.readAllBytes(), StandardCharsets.UTF_8));
      assertThat(sorted(done.pod()).toString()).isEqualTo(sorted(golden).toString());
    }
    assertThat(done.warnings()).isEmpty();
    assertThat(before).as("the pod that was given").isEqualTo(pod(PLAIN));
    JsonNode patch = PodInjector.patch(before, done.pod());
    assertThat(JsonPatch.apply(patch, before)).isEqualTo(done.pod());
  }

  @Test
  void anInjectedPodIsLeftAlone() {
    ObjectNode once = injected("{}", PLAIN);
    assertThat(PodInjector.inject(settings("{}"), in("shop", MESHED), once))
        .isEqualTo(new Skipped("it has a sidecar already"));
  }

  @Test
  void aClassicSidecarIsTheFirstContainerAndTheApplicationWaits() {
    ObjectNode pod = injected("{proxy: {nativeSidecar: 'false'}}", PLAIN);
    assertThat(names(pod, "initContainers")).containsExactly("migrate", "istio-init");
    assertThat(names(pod, "containers")).containsExactly("istio-proxy", "app");
    JsonNode sidecar = pod.at("/spec/containers/0");
    assertThat(sidecar.at("/lifecycle/postStart/exec/command/1").asText()).isEqualTo("wait");
    assertThat(sidecar.has("restartPolicy")).isFalse();
  }

  @Test
  void withoutHoldingTheApplicationAClassicSidecarIsTheLast() {
    ObjectNode pod =
        injected(
            "{proxy: {nativeSidecar: 'false'}}",
            annotated("proxy.istio.io/config", "holdApplicationUntilProxyStarts: false"));
    assertThat(names(pod, "containers")).containsExactly("app", "istio-proxy");
    assertThat(pod.at("/spec/containers/1").has("lifecycle")).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          istio-injection: enabled     |                                    |             | yes
          outrigger.io/injection: enabled |                                 |             | yes
          istio.io/rev: default        |                                    |             | yes
          istio.io/rev: canary         |                                    |             | it is revision canary's, not default's
          istio-injection: disabled    | sidecar.istio.io/inject: 'true'    |             | namespace shop says so (istio-injection)
          istio-injection: enabled     | sidecar.istio.io/inject: 'false'   |             | it says so (sidecar.istio.io/inject)
          a: b                         | sidecar.istio.io/inject: 'true'    |             | yes
          a: b                         |                                    |             | neither it nor namespace shop asks for one
          a: b                         | istio.io/rev: default              |             | yes
          istio-injection: enabled     |                                    | hostNetwork: true | it is in its node's network (hostNetwork)
          """)
  void labelsOfNamespaceAndPodDecide(
      String namespace, String labels, String spec, String expected) {
    String pod =
        "metadata: {name: a, labels: {%s}}\nspec: {%s containers: [{name: app}]}"
            .formatted(labels == null ? "" : labels, spec == null ? "" : spec + ",");
    Map<String, String> of = Map.of(namespace.split(": ")[0], namespace.split(": ")[1]);
    PodInjector.Outcome outcome = PodInjector.inject(settings("{}"), in("shop", of), pod(pod));
    assertThat(outcome instanceof Skipped skipped ? skipped.reason() : "yes").isEqualTo(expected);
  }

  @Test
  void systemNamespacesAndSelectorsAreHeeded() {
    assertThat(PodInjector.inject(settings("{}"), in("kube-system", MESHED), pod(PLAIN)))
        .isEqualTo(new Skipped("namespace kube-system is never meshed"));
    String never = "neverInjectSelector: [{matchExpressions: [{key: app, operator: Exists}]}]";
    assertThat(PodInjector.inject(settings(never), in("shop", MESHED), pod(PLAIN)))
        .isEqualTo(new Skipped("neverInjectSelector selects it"));
    String always = "alwaysInjectSelector: [{matchLabels: {app: reviews}}]";
    assertThat(PodInjector.inject(settings(always), in("shop", Map.of()), pod(PLAIN)))
        .isInstanceOf(Injected.class);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          traffic.sidecar.istio.io/excludeInboundPorts | 22,x | found "22,x"; must be ports from 1 to 65535 with commas between
          traffic.sidecar.istio.io/includeInboundPorts | 70000 | found "70000"; must be ports from 1 to 65535 with commas between, * for all, or nothing
          traffic.sidecar.istio.io/includeOutboundIPRanges | 10.0.0.0/99 | found "10.0.0.0/99"; must be ranges such as 10.0.0.0/8 with commas between, * for all, or nothing
          sidecar.istio.io/proxyCPU | much | found "much"; must be an amount such as 100m, 2, 128Mi or 1Gi
          sidecar.istio.io/proxyMemoryLimit | 1Gigabyte | found "1Gigabyte"; must be an amount such as 100m, 2, 128Mi or 1Gi
          sidecar.istio.io/logLevel | loud | found "loud"; must be one of trace, debug, info, warning, error, critical, off
          sidecar.istio.io/interceptionMode | EBPF | found "EBPF"; must be one of REDIRECT, TPROXY, NONE
          proxy.istio.io/config | interceptionMode: tproxy | interceptionMode: found "tproxy"; must be one of REDIRECT, TPROXY, NONE; did you mean "TPROXY"?
          sidecar.istio.io/nativeSidecar | maybe | found "maybe"; must be true or false
          sidecar.istio.io/rewriteAppHTTPProbers | 1 | found "1"; must be true or false
          sidecar.istio.io/userVolume | [1] | found "[1]"; must be a JSON object of objects by their names, such as {"certs": {...}}, or a list of objects with a name
          status.sidecar.istio.io/port | -1 | found "-1"; must be a whole number from 0 to 65535
          proxy.istio.io/config | drainDuration: soon | drainDuration: found "soon"; must be a duration such as 1.5s, 250ms or 1h30m
          proxy.istio.io/config | a: [ | isn't YAML: line 1: while parsing a flow node, expected the node content, but found '<stream end>'
          """)
  void aBadValueRefusesThePod(String annotation, String value, String message) {
    assertThat(inject("{}", annotated(annotation, value)))
        .asInstanceOf(type(Refused.class))
        .satisfies(
            refused ->
                assertThat(refused.problems())
                    .singleElement()
                    .hasToString("metadata.annotations[" + annotation + "]: " + message));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          sidecar.istio.io/agentLogLevel | info | has no effect
          sidecar.istio.io/proxyCpu | 1 | is unknown, and has no effect; did you mean "sidecar.istio.io/proxyCPU"?
          proxy.istio.io/config | image: {imageType: debug} | image has no effect
          proxy.istio.io/config | proxyMetadata: {ISTIO_META_DNS_CAPTURE: "true"} | proxyMetadata.ISTIO_META_DNS_CAPTURE has no effect
          """)
  void whatHasNoEffectIsSaid(String annotation, String value, String message) {
    assertThat(inject("{}", annotated(annotation, value)))
        .asInstanceOf(type(Injected.class))
        .satisfies(
            done ->
                assertThat(done.warnings())
                    .singleElement()
                    .hasToString("metadata.annotations[" + annotation + "]: " + message));
  }

  @Test
  void theProxysUserIsNotAnApplications() {
    String pod =
        "metadata: {name: a}\nspec: {securityContext: {runAsUser: 1337}, containers: [{name: app}]}";
    assertThat(inject("{}", pod))
        .asInstanceOf(type(Refused.class))
        .satisfies(r -> assertThat(r.problems().getFirst().field()).contains("runAsUser"));
  }

  @Test
  void norIsItsGroupWhereThatTellsThemApart() {
    String pod =
        """
        metadata: {name: a, annotations: {sidecar.istio.io/interceptionMode: %s}}
        spec: {containers: [{name: app, securityContext: {runAsGroup: 1337}}]}
        """;
    assertThat(inject("{}", pod.formatted("REDIRECT"))).isInstanceOf(Injected.class);
    assertThat(inject("{}", pod.formatted("TPROXY")))
        .asInstanceOf(type(Refused.class))
        .satisfies(r -> assertThat(r.problems().getFirst().field()).contains("runAsGroup"));
  }

  @Test
  void annotationsOfResourcesStandInPlaceOfAllSettings() {
    ObjectNode pod = injected("{}", annotated("sidecar.istio.io/proxyCPU", "250m"));
    assertThat(sidecar(pod).get("resources").toString())
        .isEqualTo("{\"requests\":{\"cpu\":\"250m\"}}");
  }

  @Test
  void rangesAndPortsBecomeFlagsOfTheRules() {
    String pod =
        """
        metadata:
          name: a
          annotations:
            traffic.sidecar.istio.io/includeInboundPorts: ''
            traffic.sidecar.istio.io/excludeOutboundPorts: '3306, 5432'
            traffic.sidecar.istio.io/includeOutboundIPRanges: 10.0.0.0/8
            traffic.sidecar.istio.io/excludeInterfaces: eth1
            status.sidecar.istio.io/port: '15999'
        spec: {containers: [{name: app}]}
        """;
    assertThat(arguments(injected("{}", pod).at("/spec/initContainers/0")))
        .isEqualTo(
            "intercept apply -p 15001 -z 15006 -u 1337 -b  -d 15090,15021,15999 -i 10.0.0.0/8"
                + " -o 3306,5432 -c eth1");
  }

  @Test
  void withTproxyTheSidecarHasTheCapabilityThatItNeeds() {
    ObjectNode pod = injected("{}", annotated("sidecar.istio.io/interceptionMode", "TPROXY"));
    assertThat(arguments(pod.at("/spec/initContainers/0")))
        .isEqualTo(
            "intercept apply -p 15001 -z 15006 -u 1337 -g 1337 -m TPROXY -b * -d 15090,15021,15020"
                + " -i *");
    assertThat(arguments(sidecar(pod))).contains("--intercept applied-tproxy");
    assertThat(sorted(sidecar(pod).get("securityContext")).toString())
        .isEqualTo(
            "{\"allowPrivilegeEscalation\":false,"
                + "\"capabilities\":{\"add\":[\"NET_ADMIN\"],\"drop\":[\"ALL\"]},"
                + "\"privileged\":false,\"readOnlyRootFilesystem\":true,"
                + "\"runAsGroup\":1337,\"runAsNonRoot\":false,\"runAsUser\":0}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {}                           | REDIRECT | | | REDIRECT
          {}                           | TPROXY   | | | TPROXY
          interception: {mode: TPROXY} | REDIRECT | | | TPROXY
          interception: {mode: REDIRECT} | TPROXY | | | REDIRECT
          interception: {mode: NONE}   | NONE     | TPROXY | | TPROXY
          interception: {mode: TPROXY} | TPROXY   | NONE | REDIRECT | REDIRECT
          """)
  void theNearestWordAboutTheModeHolds(
      String settings,
      InterceptionMode mesh,
      String config,
      String annotation,
      InterceptionMode expected) {
    Map<String, String> annotations = new TreeMap<>();
    if (config != null) {
      annotations.put("proxy.istio.io/config", "interceptionMode: " + config);
    }
    if (annotation != null) {
      annotations.put("sidecar.istio.io/interceptionMode", annotation);
    }
    PodProblems problems = new PodProblems();
    PodSettings own =
        new PodSettingsReader(settings(settings), annotations, problems).read(true, mesh);
    assertThat(own.mode()).isEqualTo(expected);
    assertThat(problems.list()).isEmpty();
  }

  @Test
  void withoutInterceptionThereAreNoRules() {
    ObjectNode pod = injected("{}", annotated("sidecar.istio.io/interceptionMode", "NONE"));
    assertThat(names(pod, "initContainers")).containsExactly("istio-proxy");
    assertThat(arguments(sidecar(pod))).contains("--intercept none --app-port 8080");
  }

  @Test
  void aUsersOwnFieldsGoOverTheSidecars() {
    String pod =
        """
        metadata: {name: a}
        spec:
          containers:
          - {name: app}
          - name: istio-proxy
            image: auto
            env: [{name: TZ, value: UTC}]
            resources: {requests: {cpu: 500m}}
        """;
    JsonNode sidecar = sidecar(injected("{image: 'outrigger/proxy:1'}", pod));
    assertThat(sidecar.get("image").asText()).isEqualTo("outrigger/proxy:1");
    assertThat(sidecar.at("/resources/requests/cpu").asText()).isEqualTo("500m");
    assertThat(sidecar.at("/resources/requests/memory").asText()).isEqualTo("128Mi");
    assertThat(sidecar.get("env").toString()).contains("POD_NAME").contains("TZ");
  }

  @Test
  void probesAndHooksGoThroughTheSidecar() throws IOException {
    String pod =
        """
        metadata: {name: a}
        spec:
          containers:
          - name: app
            ports: [{name: http, containerPort: 8080}]
            readinessProbe: {httpGet: {path: /ready, port: http, scheme: HTTPS, httpHeaders: [{name: Host, value: a}]}, timeoutSeconds: 7, periodSeconds: 3}
            livenessProbe: {tcpSocket: {port: 9000}}
            startupProbe: {grpc: {port: 9001, service: s}}
            lifecycle: {preStop: {httpGet: {path: /bye, port: 8080}}}
          - {name: other, readinessProbe: {exec: {command: ['true']}}, livenessProbe: {httpGet: {host: example.com, port: 80}}}
        """;
    ObjectNode done = injected("{proxy: {drain: {delayApplication: false}}}", pod);
    JsonNode app = done.at("/spec/containers/0");
    assertThat(app.get("readinessProbe").toString())
        .isEqualTo(
            "{\"timeoutSeconds\":7,\"periodSeconds\":3,\"httpGet\":{\"path\":\"/app-health/app/readyz\","
                + "\"port\":15020,\"scheme\":\"HTTP\"}}");
    assertThat(app.at("/livenessProbe/httpGet/path").asText()).isEqualTo("/app-health/app/livez");
    assertThat(app.at("/startupProbe/httpGet/path").asText()).isEqualTo("/app-health/app/startupz");
    assertThat(app.at("/lifecycle/preStop/httpGet/path").asText())
        .isEqualTo("/app-lifecycle/app/prestopz");
    assertThat(done.at("/spec/containers/1")).isEqualTo(pod(pod).at("/spec/containers/1"));
    assertThat(variable(sidecar(done), "ISTIO_KUBE_APP_PROBERS"))
        .isEqualTo(
            "{\"/app-health/app/readyz\":{\"httpGet\":{\"path\":\"/ready\",\"port\":8080,\"scheme\":\"HTTPS\","
                + "\"httpHeaders\":[{\"name\":\"Host\",\"value\":\"a\"}]},\"timeoutSeconds\":7},"
                + "\"/app-health/app/livez\":{\"tcpSocket\":{\"port\":9000},\"timeoutSeconds\":1},"
                + "\"/app-health/app/startupz\":{\"grpc\":{\"port\":9001,\"service\":\"s\"},\"timeoutSeconds\":1},"
                + "\"/app-lifecycle/app/prestopz\":{\"httpGet\":{\"path\":\"/bye\",\"port\":8080}}}");
  }

  @Test
  void metricsAreAskedForAtTheSidecar() {
    String pod =
        "metadata: {name: a, annotations: {prometheus.io/scrape: 'true', prometheus.io/port: '9090'}}\n"
            + "spec: {containers: [{name: app}]}";
    ObjectNode done = injected("{}", pod);
    assertThat(done.at("/metadata/annotations/prometheus.io~1port").asText()).isEqualTo("15020");
    assertThat(variable(sidecar(done), "ISTIO_PROMETHEUS_ANNOTATIONS"))
        .isEqualTo("{\"scrape\":\"true\",\"port\":\"9090\"}");
  }

  @Test
  void theDrainFitsIntoThePodsGrace() {
    String pod =
        "metadata: {name: a}\nspec: {terminationGracePeriodSeconds: 10, containers: [{name: app}]}";
    assertThat(arguments(sidecar(injected("{}", pod))))
        .endsWith("--drain-minimum 5s --drain-time 7s");
  }

  private static JsonNode sidecar(ObjectNode pod) {
    for (String list : List.of("initContainers", "containers")) {
      for (ObjectNode container : JsonTree.objects(pod.get("spec"), list)) {
        if (JsonTree.text(container, "name").equals("istio-proxy")) {
          return container;
        }
      }
    }
    throw new AssertionError("no sidecar in " + pod);
  }

  private static String variable(JsonNode container, String name) {
    for (JsonNode variable : container.get("env")) {
      if (variable.get("name").asText().equals(name)) {
        return variable.get("value").asText();
      }
    }
    return "";
  }

  private static String arguments(JsonNode container) {
    List<String> out = new ArrayList<>();
    container.get("args").forEach(arg -> out.add(arg.asText()));
    return String.join(" ", out);
  }

  private static List<String> names(ObjectNode pod, String list) {
    return JsonTree.objects(pod.get("spec"), list).stream()
        .map(container -> JsonTree.text(container, "name"))
        .toList();
  }

  /** With the fields of each object in the order of their names. */
  private static JsonNode sorted(JsonNode node) {
    if (node instanceof ObjectNode object) {
      Map<String, JsonNode> fields = new TreeMap<>();
      object.properties().forEach(e -> fields.put(e.getKey(), sorted(e.getValue())));
      ObjectNode out = JsonTree.NODES.objectNode();
      fields.forEach(out::set);
      return out;
    }
    if (node.isArray()) {
      var out = JsonTree.NODES.arrayNode();
      node.forEach(item -> out.add(sorted(item)));
      return out;
    }
    return node;
  }
}
