package io.outrigger.proxy.source;

import com.google.protobuf.InvalidProtocolBufferException;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryResponse;
import io.outrigger.api.schema.ProtoYaml;
import io.outrigger.api.schema.SchemaProblem;
import io.outrigger.api.yaml.Node;
import io.outrigger.api.yaml.Yaml;
import io.outrigger.api.yaml.YamlException;
import io.outrigger.proxy.log.Log;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Reads a DiscoveryResponse in the form that a file's name says: YAML, JSON or binary. */
final class DiscoveryFile {
  private static final String MESSAGE = "envoy.service.discovery.v3.DiscoveryResponse";

  /** What a file says, or what is wrong with it. */
  static final class Broken extends Exception {
    private static final long serialVersionUID = 1L;

    /** Whether the text is right but not what its message says. */
    final boolean rejected;

    Broken(String message, boolean rejected) {
      super(message);
      this.rejected = rejected;
    }
  }

  private DiscoveryFile() {}

  static DiscoveryResponse read(String path, byte[] bytes, boolean rejectUnknown)
      throws Broken, IOException {
    if (path.toLowerCase(Locale.ROOT).endsWith(".pb")) {
      try {
        return DiscoveryResponse.parseFrom(bytes);
      } catch (InvalidProtocolBufferException e) {
        throw new Broken(path + ": " + e.getMessage(), false);
      }
    }
    Node tree;
    try {
      tree = Yaml.parse(path, new String(bytes, StandardCharsets.UTF_8));
    } catch (YamlException e) {
      throw new Broken(e.text(), false);
    }
    if (tree == null) {
      return DiscoveryResponse.getDefaultInstance();
    }
    List<SchemaProblem> problems = new ArrayList<>();
    byte[] wire = ProtoYaml.toWire(MESSAGE, tree, problems, !rejectUnknown);
    StringBuilder errors = new StringBuilder();
    for (SchemaProblem problem : problems) {
      if (problem.warning()) {
        Log.CONFIG.warning(problem.toString());
      } else {
        errors.append(errors.isEmpty() ? "" : "; ").append(problem);
      }
    }
    if (!errors.isEmpty()) {
      throw new Broken(errors.toString(), true);
    }
    return DiscoveryResponse.parseFrom(wire);
  }
}
