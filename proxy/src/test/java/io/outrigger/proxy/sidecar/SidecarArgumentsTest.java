package io.outrigger.proxy.sidecar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.outrigger.identity.SpiffeId;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SidecarArgumentsTest {
  private static final List<String> NEEDED =
      List.of("--service", "reviews", "--app-port", "9080", "--ca-file", "root-cert.pem");

  private static SidecarOptions parse(String... more) throws UsageException {
    List<String> all = new ArrayList<>(NEEDED);
    all.addAll(List.of(more));
    return SidecarArguments.parse(Role.SIDECAR, all);
  }

  @Test
  void defaults() throws Exception {
    SidecarOptions options = parse();
    assertThat(options.id()).isEqualTo(new SpiffeId("cluster.local", "default", "reviews"));
    assertThat(options.controlHost()).isEqualTo("127.0.0.1");
    assertThat(options.controlPort()).isEqualTo(15012);
    assertThat(options.adminPort()).isEqualTo(15000);
    assertThat(options.stateDir()).isEqualTo(Path.of(".outrigger/reviews"));
    assertThat(options.lifetime()).isZero();
    assertThat(options.tokenFile()).isNull();
    assertThat(options.command()).isEmpty();
  }

  @Test
  void everythingSaid() throws Exception {
    SidecarOptions options =
        parse(
            "--namespace=shop",
            "--service-account",
            "rev",
            "--version",
            "v2",
            "--label",
            "app=reviews",
            "--control",
            "[fd00::1]:16012",
            "--control-name",
            "istiod.istio-system.svc",
            "--lifetime",
            "20s",
            "--http-proxy-port",
            "3128",
            "--listen",
            "ratings:9080=19080",
            "--",
            "server",
            "--port",
            "9080");
    assertThat(options.id()).isEqualTo(new SpiffeId("cluster.local", "shop", "rev"));
    assertThat(options.instance()).isEqualTo("reviews-v2");
    assertThat(options.labels()).isEqualTo(Map.of("version", "v2", "app", "reviews"));
    assertThat(options.controlHost()).isEqualTo("fd00::1");
    assertThat(options.controlName()).isEqualTo("istiod.istio-system.svc");
    assertThat(options.lifetime()).isEqualTo(Duration.ofSeconds(20));
    assertThat(options.listen()).isEqualTo(Map.of("ratings:9080", 19080));
    assertThat(options.command()).containsExactly("server", "--port", "9080");
  }

  @ParameterizedTest
  @CsvSource({
    "--app-port, 0, --app-port is \"0\"; a number from 1 to 65535",
    "--app-port, 9o80, --app-port is \"9o80\"",
    "--lifetime, 20, such as 90s",
    "--lifetime, s, such as 90s",
    "--control, localhost, HOST:PORT is allowed",
    "--listen, ratings=1, HOST:PORT=PORT is allowed",
    "--label, version, KEY=VALUE is allowed",
    "--intercept, all, 'it may be one of none, redirect, tproxy, applied, applied-tproxy'",
    "--namespace, My_Space, namespace \"My_Space\"",
    "--sevice, x, flag --sevice is unknown",
  })
  void whatIsWrongIsNamed(String flag, String value, String message) {
    assertThatThrownBy(() -> parse(flag, value))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining(message);
  }

  @Test
  void aGatewayHasNoApplication() throws Exception {
    SidecarOptions options =
        SidecarArguments.parse(
            Role.GATEWAY, List.of("--service", "edge", "--ca-file", "x", "--trusted-proxies=1"));
    assertThat(options.role()).isEqualTo(Role.GATEWAY);
    assertThat(options.trustedProxies()).isEqualTo(1);
    for (String wrong : List.of("--app-port", "--intercept", "--")) {
      assertThatThrownBy(
              () -> SidecarArguments.parse(Role.GATEWAY, List.of("--service", "a", wrong, "1")))
          .hasMessageContaining(wrong);
    }
    assertThatThrownBy(() -> parse("--trusted-proxies", "1"))
        .hasMessageContaining("--trusted-proxies is unknown");
  }

  @Test
  void whatIsMissingIsNamed() {
    assertThatThrownBy(() -> SidecarArguments.parse(Role.SIDECAR, List.of("--service", "a")))
        .hasMessageContaining("--app-port is needed");
    assertThatThrownBy(() -> parse("--token-file")).hasMessageContaining("lacks its value");
    assertThatThrownBy(() -> parse("server")).hasMessageContaining("stands behind --");
    for (String mode : List.of("redirect", "tproxy")) {
      assertThatThrownBy(() -> parse("--intercept", mode, "--", "server"))
          .hasMessageContaining("--intercept " + mode)
          .hasMessageContaining("say --run-as UID");
    }
  }
}
