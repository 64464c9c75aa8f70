package io.outrigger.bench;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import io.outrigger.api.schema.ProtoYaml;
import io.outrigger.api.schema.SchemaProblem;
import io.outrigger.api.yaml.Node;
import io.outrigger.api.yaml.Yaml;
import io.outrigger.api.yaml.YamlException;
import io.outrigger.config.compile.Compiled;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** Configuration of benchmarks, written as YAML. */
public final class Yamls {
  /** The message of that full name; throws where the text is not one. */
  public static <T extends MessageLite> T message(String name, Parser<T> parser, String text) {
    List<SchemaProblem> problems = new ArrayList<>();
    try {
      Node node = Objects.requireNonNull(Yaml.parse("bench", text), "empty YAML");
      byte[] wire = ProtoYaml.toWire(name, node, problems);
      if (!problems.isEmpty()) {
        throw new IllegalArgumentException(problems.toString());
      }
      return parser.parseFrom(wire);
    } catch (YamlException | InvalidProtocolBufferException e) {
      throw new IllegalArgumentException(e);
    }
  }

  /** What was compiled; throws with the problems if nothing was. */
  public static <T> T value(Compiled<T> compiled) {
    T value = compiled.value();
    if (value == null) {
      throw new IllegalArgumentException(compiled.problems().toString());
    }
    return value;
  }

  private Yamls() {}
}
