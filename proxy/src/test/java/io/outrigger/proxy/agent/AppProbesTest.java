package io.outrigger.proxy.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What injection writes for the agent. */
class AppProbesTest {
  @Test
  void probesOfEachKindAreRead() {
    String json =
        """
        {"/app-health/app/readyz":{"httpGet":{"path":"/ready","port":8080,"scheme":"HTTPS",
          "httpHeaders":[{"name":"Host","value":"a.example"},{"name":"X-A","value":"1"}]},"timeoutSeconds":7},
         "/app-health/app/livez":{"tcpSocket":{"port":9000},"timeoutSeconds":1},
         "/app-health/app/startupz":{"grpc":{"port":9001,"service":"s"},"timeoutSeconds":2},
         "/app-lifecycle/app/prestopz":{"httpGet":{"path":"bye","port":8080}}}
        """;
    assertThat(AppProbes.read(json))
        .containsExactly(
            new AppProbe(
                "/app-health/app/readyz",
                AppProbe.Kind.HTTPS,
                8080,
                "/ready",
                List.of(Map.entry("Host", "a.example"), Map.entry("X-A", "1")),
                "",
                7000),
            new AppProbe("/app-health/app/livez", AppProbe.Kind.TCP, 9000, "", List.of(), "", 1000),
            new AppProbe(
                "/app-health/app/startupz", AppProbe.Kind.GRPC, 9001, "", List.of(), "s", 2000),
            new AppProbe(
                "/app-lifecycle/app/prestopz",
                AppProbe.Kind.HTTP,
                8080,
                "/bye",
                List.of(),
                "",
                86_400_000));
    assertThat(AppProbes.read(null)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          [] | must be an object of probes by path
          {"/a": {"exec": {}}} | /a must have one of httpGet, tcpSocket, grpc
          {"/a": {"httpGet": {"port": "http"}}} | /a: port is "http"; a number from 1 to 65535 is allowed
          {"/a": {"httpGet": {"port": 80}, "timeoutSeconds": 0}} | timeoutSeconds is "0"
          {"/a": | ISTIO_KUBE_APP_PROBERS:1
          """)
  void whatIsNoProbeIsSaid(String json, String message) {
    assertThatThrownBy(() -> AppProbes.read(json)).hasMessageContaining(message);
  }
}
