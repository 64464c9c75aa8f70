package io.outrigger.control.inject;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The file of injection's settings. */
class InjectionSettingsReaderTest {
  @Test
  void theDefaultsAreIstios() {
    InjectionSettings settings = InjectionSettingsReader.defaults();
    assertThat(settings.controlAddress()).isEqualTo("outrigger-control.outrigger-system.svc:15012");
    assertThat(settings.proxy().resources().requests())
        .containsEntry("cpu", "100m")
        .containsEntry("memory", "128Mi");
    assertThat(settings.proxy().statusPort()).isEqualTo(15020);
    assertThat(settings.proxy().drain().minimum()).isEqualTo(Duration.ofSeconds(5));
    assertThat(settings.skippedNamespaces()).contains("kube-system");
    assertThat(settings.interception().includeOutboundRanges()).isEqualTo("*");
  }

  @Test
  void everythingWrongIsSaidWithItsPlace() {
    assertThatThrownBy(
            () ->
                InjectionSettingsReader.parse(
                    "injection.yaml",
                    """
                    imagePullPolicy: Sometimes
                    proxy: {statusPort: 99999, resources: {requests: {cpu: lots}}}
                    interception: {includeInboundPorts: 'a', modus: REDIRECT}
                    """))
        .hasMessageContaining("injection.yaml:1:18: error: imagePullPolicy: found \"Sometimes\"")
        .hasMessageContaining("proxy.statusPort: found \"99999\"")
        .hasMessageContaining("proxy.resources.requests: found \"lots\" for cpu")
        .hasMessageContaining("interception.includeInboundPorts: found \"a\"; must be ports")
        .hasMessageContaining("interception.modus: unknown field");
  }
}
