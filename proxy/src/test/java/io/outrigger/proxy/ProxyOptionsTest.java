package io.outrigger.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.outrigger.proxy.drain.DrainStrategy;
import io.outrigger.proxy.log.Level;
import io.outrigger.proxy.restart.RestartOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProxyOptionsTest {
  @Test
  void takesAnEnvoyCommandLine() throws Exception {
    ProxyOptions options =
        ProxyOptions.parse(
            "-c",
            "a.yaml",
            "--concurrency=2",
            "--base-id",
            "7",
            "--disable-hot-restart",
            "-l",
            "warn",
            "--component-log-level",
            "upstream:debug,lua:trace",
            "--service-node",
            "n",
            "--service-cluster=c",
            "--drain-time-s",
            "45",
            "--drain-strategy",
            "immediate",
            "--parent-shutdown-time-s",
            "60",
            "--local-address-ip-version",
            "v4",
            "--file-flush-interval-msec",
            "1000",
            "--mode",
            "validate",
            "--restart-epoch=0");
    assertThat(options.configPath).isEqualTo("a.yaml");
    assertThat(options.concurrency).isEqualTo(2);
    assertThat(options.logLevel).isEqualTo(Level.WARNING);
    assertThat(options.serviceNode).isEqualTo("n");
    assertThat(options.serviceCluster).isEqualTo("c");
    assertThat(options.drainTimeSeconds).isEqualTo(45);
    assertThat(options.drainStrategy).isEqualTo(DrainStrategy.IMMEDIATE);
    assertThat(options.fileFlushIntervalMillis).isEqualTo(1000);
    assertThat(options.mode).isEqualTo(ProxyOptions.Mode.VALIDATE);
  }

  @Test
  void hotRestartIsOnWhenItIsAskedFor() throws Exception {
    assertThat(ProxyOptions.parse().restart.options()).isNull();
    assertThat(ProxyOptions.parse("--restart-epoch=0", "--disable-hot-restart").restart.options())
        .isNull();
    RestartOptions asked =
        ProxyOptions.parse("--restart-epoch", "auto", "--base-id", "4294967295").restart.options();
    assertThat(asked).isNotNull();
    assertThat(asked.epoch()).isEqualTo(RestartOptions.ANY);
    assertThat(asked.baseId()).isEqualTo(4_294_967_295L);
    assertThatThrownBy(() -> ProxyOptions.parse("--restart-epoch=1", "--disable-hot-restart"))
        .hasMessageContaining("--disable-hot-restart forbids it");
  }

  @ParameterizedTest
  @CsvSource({
    "--nope, 'flag --nope is unknown, or lacks its value'",
    "--concurrency=x, '--concurrency is \"x\"; it takes a whole number up to 1024'",
    "--mode=run, '--mode is \"run\"; it may be serve or validate'",
    "-l=debug, 'flag -l=debug is unknown, or lacks its value'",
    "a.yaml, 'unexpected argument \"a.yaml\"'",
  })
  void saysWhatIsWrongInOneLine(String argument, String message) {
    assertThatThrownBy(() -> ProxyOptions.parse(argument))
        .isInstanceOf(ProxyOptions.WrongUsage.class)
        .hasMessage(message);
  }
}
