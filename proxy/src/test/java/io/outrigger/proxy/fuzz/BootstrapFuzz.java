package io.outrigger.proxy.fuzz;

import io.envoyproxy.envoy.config.bootstrap.v3.Bootstrap;
import io.outrigger.api.schema.ProtoYaml;
import io.outrigger.api.schema.SchemaProblem;
import io.outrigger.api.yaml.Node;
import io.outrigger.api.yaml.Yaml;
import io.outrigger.api.yaml.YamlException;
import io.outrigger.config.bootstrap.BootstrapCompiler;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A bootstrap's text: problems are told, never thrown. */
public final class BootstrapFuzz {
  private BootstrapFuzz() {}

  public static void fuzzerTestOneInput(byte[] data) throws IOException {
    Node node;
    try {
      node = Yaml.parse("fuzz.yaml", new String(data, StandardCharsets.UTF_8));
    } catch (YamlException e) {
      return;
    }
    if (node == null) {
      return;
    }
    List<SchemaProblem> problems = new ArrayList<>();
    byte[] wire = ProtoYaml.toWire("envoy.config.bootstrap.v3.Bootstrap", node, problems, false);
    if (problems.stream().allMatch(SchemaProblem::warning)) {
      BootstrapCompiler.compile(Bootstrap.parseFrom(wire));
    }
  }
}
