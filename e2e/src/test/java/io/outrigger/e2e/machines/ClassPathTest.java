package io.outrigger.e2e.machines;

import static org.assertj.core.api.Assertions.assertThat;

import io.outrigger.e2e.Installed;
import java.io.IOException;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;

/**
 * What a proxy's process doesn't carry. With Bouncy Castle, which only who issues certificates
 * needs, Netty would load all of its services: 8 MB in every sidecar.
 */
class ClassPathTest {
  private static String jars(String process) throws IOException {
    return Files.readString(
        Installed.home().resolve("dist/target/outrigger/" + process + ".classpath"));
  }

  @Test
  void aProxyHasNoCertificateAuthority() throws IOException {
    assertThat(jars("proxy")).contains("netty-handler").doesNotContain("jdk18on", "fabric8");
    assertThat(jars("control")).contains("bcpkix-jdk18on");
  }
}
