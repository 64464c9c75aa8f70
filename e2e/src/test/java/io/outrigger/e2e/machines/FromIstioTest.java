package io.outrigger.e2e.machines;

import static org.assertj.core.api.Assertions.assertThat;

import io.outrigger.e2e.Page;
import org.junit.jupiter.api.Test;

/** docs/coming-from-istio.md. */
class FromIstioTest {
  @Test
  void thePagesCommands() throws Exception {
    Page page = new Page("../coming-from-istio.md");
    assertThat(page.run("outrigger validate")).contains(" 0 errors");
    assertThat(page.run("outrigger inject"))
        .contains("name: \"istio-init\"", "name: \"istio-proxy\"", "kind: Service\n");
  }
}
