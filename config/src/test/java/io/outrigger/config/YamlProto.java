package io.outrigger.config;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import io.outrigger.api.schema.ProtoYaml;
import io.outrigger.api.schema.SchemaProblem;
import io.outrigger.api.yaml.Yaml;
import io.outrigger.api.yaml.YamlException;
import io.outrigger.config.compile.Compiled;
import java.util.ArrayList;
import java.util.List;

/** Messages written as YAML, for tests. Rules of the protos are left to the compilers. */
public final class YamlProto {
  private YamlProto() {}

  public static <T extends MessageLite> T of(String message, Parser<T> parser, String yaml) {
    List<SchemaProblem> problems = new ArrayList<>();
    try {
      byte[] wire = ProtoYaml.toWire(message, Yaml.parse("test", yaml), problems);
      for (SchemaProblem problem : problems) {
        if (problem.message().startsWith("no such field")
            || problem.message().startsWith("type \"")) {
          throw new AssertionError(problem.toString());
        }
      }
      return parser.parseFrom(wire);
    } catch (YamlException | InvalidProtocolBufferException e) {
      throw new AssertionError(e);
    }
  }

  /** The value; fails with the problems if there is none. */
  public static <T> T value(Compiled<T> compiled) {
    if (compiled.value() == null) {
      throw new AssertionError(compiled.problems().toString());
    }
    return compiled.value();
  }

  /** Errors as {@code path: message}. */
  public static List<String> errors(Compiled<?> compiled) {
    return compiled.errors().stream().map(Object::toString).toList();
  }

  /** Warnings as {@code path: message}. */
  public static List<String> warnings(Compiled<?> compiled) {
    return compiled.warnings().stream().map(Object::toString).toList();
  }
}
