package io.outrigger.proxy;

import com.google.protobuf.InvalidProtocolBufferException;
import io.envoyproxy.envoy.config.bootstrap.v3.Bootstrap;
import io.envoyproxy.envoy.config.core.v3.Locality;
import io.envoyproxy.envoy.config.core.v3.Node;
import io.outrigger.api.schema.ProtoYaml;
import io.outrigger.api.schema.SchemaProblem;
import io.outrigger.api.yaml.Yaml;
import io.outrigger.api.yaml.YamlException;
import io.outrigger.config.bootstrap.BootstrapCompiler;
import io.outrigger.config.bootstrap.BootstrapConfig;
import io.outrigger.config.compile.Compiled;
import io.outrigger.config.compile.Problem;
import io.outrigger.proxy.log.Log;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads the bootstrap: text, to message, to records; every problem with its place. */
final class BootstrapLoader {
  private static final String BOOTSTRAP = "envoy.config.bootstrap.v3.Bootstrap";

  private final ProxyOptions options;
  private io.outrigger.api.yaml.@Nullable Node tree;

  private BootstrapLoader(ProxyOptions options) {
    this.options = options;
  }

  /**
   * The bootstrap that the options name.
   *
   * @throws StartException with a line for each problem
   */
  static BootstrapConfig load(ProxyOptions options) throws StartException {
    return new BootstrapLoader(options).load();
  }

  private BootstrapConfig load() throws StartException {
    if (options.configPath == null && options.configYaml == null) {
      throw new StartException("give a bootstrap with -c FILE or --config-yaml YAML");
    }
    Bootstrap.Builder bootstrap = Bootstrap.newBuilder();
    if (options.configPath != null) {
      merge(bootstrap, options.configPath, read(options.configPath));
    }
    if (options.configYaml != null) {
      merge(bootstrap, "--config-yaml", options.configYaml);
    }
    node(bootstrap);
    return compile(bootstrap.build());
  }

  private static String read(String path) throws StartException {
    try {
      return Files.readString(Path.of(path));
    } catch (NoSuchFileException e) {
      throw new StartException(path + ": no such file");
    } catch (IOException e) {
      throw new StartException(path + ": " + e.getMessage());
    }
  }

  /** {@code --config-yaml} over the file: single fields win, repeated ones are appended. */
  private void merge(Bootstrap.Builder bootstrap, String name, String text) throws StartException {
    io.outrigger.api.yaml.Node parsed;
    try {
      parsed = Yaml.parse(name, text);
    } catch (YamlException e) {
      throw new StartException(e.text());
    }
    if (parsed == null) {
      if (name.equals(options.configPath)) {
        throw new StartException(name + ": is empty");
      }
      return;
    }
    if (tree == null) {
      tree = parsed;
    }
    List<SchemaProblem> problems = new ArrayList<>();
    byte[] wire = ProtoYaml.toWire(BOOTSTRAP, parsed, problems, options.allowUnknownStaticFields);
    List<String> errors = new ArrayList<>();
    for (SchemaProblem problem : problems) {
      if (problem.warning()) {
        Log.CONFIG.warning(problem.toString());
      } else {
        errors.add(problem.toString());
      }
    }
    if (!errors.isEmpty()) {
      throw new StartException(errors);
    }
    try {
      bootstrap.mergeFrom(Bootstrap.parseFrom(wire));
    } catch (InvalidProtocolBufferException e) {
      throw new StartException(name + ": " + e.getMessage());
    }
  }

  /** Flags fill in what the bootstrap's node doesn't say; and the node tells who speaks. */
  private void node(Bootstrap.Builder bootstrap) {
    Node.Builder node = bootstrap.getNode().toBuilder();
    if (node.getId().isEmpty()) {
      node.setId(options.serviceNode);
    }
    if (node.getCluster().isEmpty()) {
      node.setCluster(options.serviceCluster);
    }
    if (!options.serviceZone.isEmpty() && node.getLocality().getZone().isEmpty()) {
      node.setLocality(Locality.newBuilder().setZone(options.serviceZone));
    }
    node.setUserAgentName("outrigger");
    node.setUserAgentVersion(Version.NUMBER);
    bootstrap.setNode(node);
  }

  private BootstrapConfig compile(Bootstrap bootstrap) throws StartException {
    // of two texts each was checked, but not what they became together
    Compiled<BootstrapConfig> compiled =
        options.configPath != null && options.configYaml != null
            ? BootstrapCompiler.compile(bootstrap)
            : BootstrapCompiler.compileChecked(bootstrap);
    for (Problem warning : compiled.warnings()) {
      Log.CONFIG.warning(placed(warning));
    }
    BootstrapConfig config = compiled.value();
    if (config == null) {
      List<String> errors = new ArrayList<>();
      for (Problem error : compiled.errors()) {
        errors.add(placed(error));
      }
      throw new StartException(errors);
    }
    return config;
  }

  private String placed(Problem problem) {
    return tree == null
        ? problem.toString()
        : tree.locate(problem.fieldPath()).place() + ": " + problem;
  }
}
