package io.outrigger.cli.explain;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Each value stands beside who set it. */
class DefaultsCommandTest {
  @TempDir Path folder;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @BeforeEach
  void write() throws Exception {
    Files.writeString(
        folder.resolve("services.yaml"),
        """
        apiVersion: v1
        kind: Service
        metadata: {name: web, namespace: shop}
        spec:
          selector: {app: web}
          ports: [{name: http, port: 80}]
        ---
        apiVersion: v1
        kind: Service
        metadata: {name: api, namespace: shop}
        spec:
          selector: {app: api}
          ports: [{name: http, port: 80}]
        """);
  }

  private int run(String... more) {
    String[] arguments = new String[more.length + 3];
    arguments[0] = "defaults";
    arguments[1] = "-f";
    arguments[2] = folder.toString();
    System.arraycopy(more, 0, arguments, 3, more.length);
    return new CommandLine(new ExplainCommand())
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(arguments);
  }

  /** That a line has these words in these columns. */
  private void shows(String name, String value, String from) {
    assertThat(out.toString())
        .containsPattern(
            "(?m)^  "
                + Pattern.quote(name)
                + " +"
                + Pattern.quote(value)
                + " +"
                + Pattern.quote(from)
                + "$");
  }

  @Test
  void whatNobodySaidIsTheDefault() {
    assertThat(run("web", "--to", "api")).isZero();
    assertThat(out.toString()).contains("Requests to api.shop.svc.cluster.local:80\n");
    shows("timeout", "none", "default");
    shows("connect timeout", "10s", "default");
    assertThat(out.toString())
        .containsPattern("a failing host is left out +for 5s, longer each time, .* default\n")
        .containsPattern("after server errors +never +default\n")
        .containsPattern("after failed connections +5 in a row +default\n")
        .containsPattern("retries under way +20 % of the requests under way, 10 at .* default\n");
  }

  @Test
  void whatAResourceSaysNamesItsFileAndLine() throws Exception {
    Path routes = folder.resolve("routes.yaml");
    Files.writeString(
        routes,
        """
        apiVersion: networking.istio.io/v1
        kind: VirtualService
        metadata: {name: api, namespace: shop}
        spec:
          hosts: [api]
          http:
          - timeout: 1500ms
            retries: {attempts: 4, retryOn: "503", perTryTimeout: 400ms}
            route: [{destination: {host: api, subset: v1}}]
        ---
        apiVersion: networking.istio.io/v1
        kind: DestinationRule
        metadata: {name: limits, namespace: shop}
        spec:
          host: api
          trafficPolicy:
            connectionPool: {tcp: {connectTimeout: 2s}, http: {http1MaxPendingRequests: 7}}
          subsets:
          - name: v1
            labels: {version: v1}
            trafficPolicy: {outlierDetection: {consecutive5xxErrors: 3, interval: 5s}}
        """);
    assertThat(run("shop/web", "--to", "api")).isZero();
    String service = "VirtualService shop/api  " + routes + ":1";
    String rule = "DestinationRule shop/limits  " + routes + ":11";
    shows("timeout", "1500ms", service);
    shows("retries", "at most 4", service);
    shows("retried statuses", "503", service);
    shows("timeout of a try", "400ms", service);
    shows("connect timeout", "2s", rule);
    shows("waiting requests", "7", rule);
    shows("idle connections close after", "1h", "default");
    String subset =
        out.toString()
            .substring(out.toString().indexOf("api.shop.svc.cluster.local:80, subset v1"));
    assertThat(subset).containsPattern("after server errors +3 in a row +" + Pattern.quote(rule));
    assertThat(out.toString().substring(0, out.toString().indexOf(subset)))
        .containsPattern("a failing host is left out +for 5s, .* default");
  }

  @Test
  void whatTheMeshSaysIsTheMeshs() throws Exception {
    Path mesh = folder.resolve("mesh.yaml");
    Files.writeString(
        mesh,
        """
        apiVersion: mesh.istio.io/v1alpha1
        kind: MeshConfig
        metadata: {name: mesh, namespace: istio-system}
        spec:
          connectTimeout: 3s
          defaultHttpRetryPolicy: {attempts: 1, retryOn: connect-failure}
        """);
    assertThat(run("shop/web", "--to", "api")).isZero();
    assertThat(out.toString()).containsPattern("connect timeout +3s +MeshConfig .*mesh.yaml:1\n");
    assertThat(out.toString()).containsPattern("retries +at most 1 +MeshConfig .*mesh.yaml:1\n");
    shows("timeout", "none", "default");
  }

  @Test
  void aWrongNameIsSaidWithWhatThereIs() {
    assertThat(run("web", "--to", "apo")).isEqualTo(1);
    assertThat(err.toString()).contains("apo").contains("api.shop.svc.cluster.local");
    assertThat(run("wib")).isEqualTo(2);
    assertThat(err.toString()).contains("no Service is called wib");
  }
}
