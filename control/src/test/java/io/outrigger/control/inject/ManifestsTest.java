package io.outrigger.control.inject;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Files with workloads in them. */
class ManifestsTest {
  private static final String SERVICE =
      """
      # who calls it
      apiVersion: v1
      kind: Service
      metadata: {name: reviews} # a comment
      """;

  private static Manifests.Result inject(String text) {
    return Manifests.inject(InjectionSettingsReader.defaults(), "mesh.yaml", text, "shop", true);
  }

  private static String workload(String kind, String annotations) {
    return """
        apiVersion: apps/v1
        kind: %s
        metadata: {name: reviews}
        spec:
          template:
            metadata:
              labels: {app: reviews}
              annotations: {%s}
            spec: {containers: [{name: app, image: "a:1"}]}
        """
        .formatted(kind, annotations);
  }

  @Test
  void workloadsAreInjectedAndTheRestStaysAsItIsWritten() {
    String cron =
        """
        apiVersion: batch/v1
        kind: CronJob
        metadata: {name: nightly}
        spec: {schedule: "0 0 * * *", jobTemplate: {spec: {template: {spec: {containers: [{name: app, image: a}]}}}}}
        """;
    Manifests.Result result =
        inject(
            SERVICE
                + "---\n"
                + workload("Deployment", "")
                + "---\n"
                + cron
                + "---\n# nothing\n---\nkind: List\nitems:\n- kind: Pod\n  metadata: {name: p}\n"
                + "  spec: {containers: [{name: app}]}\n");
    assertThat(result.problems()).isEmpty();
    assertThat(result.text()).startsWith(SERVICE).contains("---\n# nothing\n");
    assertThat(result.text().split("name: \"istio-proxy\"", -1)).hasSize(4);
    assertThat(result.text()).contains("schedule: \"0 0 * * *\"");
    // again: all have theirs
    Manifests.Result again = inject(result.text());
    assertThat(again.text()).isEqualTo(result.text());
    assertThat(again.skipped()).hasSize(3).allMatch(line -> line.endsWith("already"));
  }

  @Test
  void aProblemHasTheLineOfItsAnnotation() {
    Manifests.Result result =
        inject(SERVICE + "---\n" + workload("StatefulSet", "sidecar.istio.io/logLevel: loud"));
    assertThat(result.failed()).isTrue();
    assertThat(result.problems())
        .singleElement()
        .hasToString(
            "mesh.yaml:13:21: error: StatefulSet reviews:"
                + " spec.template.metadata.annotations[sidecar.istio.io/logLevel]: found \"loud\";"
                + " must be one of trace, debug, info, warning, error, critical, off");
  }

  @Test
  void whatIsNoYamlIsSaidWithItsLine() {
    assertThat(inject(SERVICE + "---\nkind: [\n").problems())
        .singleElement()
        .satisfies(problem -> assertThat(problem.place().line()).isEqualTo(7));
  }
}
