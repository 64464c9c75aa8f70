package io.outrigger.config.metadata;

import io.outrigger.config.compile.Problems;
import io.outrigger.config.match.StringMatcherCompiler;
import java.util.ArrayList;
import java.util.List;

/** Compiles MetadataMatcher and ValueMatcher messages. */
public final class MetadataMatcherCompiler {
  private MetadataMatcherCompiler() {}

  public static List<MetadataMatcher> compileAll(
      List<io.envoyproxy.envoy.type.matcher.v3.MetadataMatcher> protos,
      String field,
      Problems problems) {
    List<MetadataMatcher> all = new ArrayList<>(protos.size());
    for (int i = 0; i < protos.size(); i++) {
      all.add(compile(protos.get(i), problems.at(field, i)));
    }
    return all;
  }

  public static MetadataMatcher compile(
      io.envoyproxy.envoy.type.matcher.v3.MetadataMatcher proto, Problems problems) {
    List<String> path = new ArrayList<>(proto.getPathCount());
    for (var segment : proto.getPathList()) {
      path.add(segment.getKey());
    }
    if (path.isEmpty()) {
      problems.error("path", "is empty; a key is required");
    }
    return new MetadataMatcher(
        proto.getFilter(), path, value(proto.getValue(), problems.at("value")), proto.getInvert());
  }

  private static ValueMatcher value(
      io.envoyproxy.envoy.type.matcher.v3.ValueMatcher proto, Problems problems) {
    return switch (proto.getMatchPatternCase()) {
      case NULL_MATCH -> new ValueMatcher.Null();
      case DOUBLE_MATCH -> {
        var number = proto.getDoubleMatch();
        yield number.hasRange()
            ? new ValueMatcher.Number(
                number.getRange().getStart(), number.getRange().getEnd(), false)
            : new ValueMatcher.Number(number.getExact(), 0, true);
      }
      case STRING_MATCH ->
          new ValueMatcher.Text(
              StringMatcherCompiler.compile(proto.getStringMatch(), problems.at("string_match")));
      case BOOL_MATCH -> new ValueMatcher.Bool(proto.getBoolMatch());
      case PRESENT_MATCH -> new ValueMatcher.Present(proto.getPresentMatch());
      case LIST_MATCH ->
          new ValueMatcher.OneOf(
              value(proto.getListMatch().getOneOf(), problems.at("list_match").at("one_of")));
      case OR_MATCH -> {
        List<ValueMatcher> all = new ArrayList<>();
        for (int i = 0; i < proto.getOrMatch().getValueMatchersCount(); i++) {
          all.add(
              value(
                  proto.getOrMatch().getValueMatchers(i),
                  problems.at("or_match").at("value_matchers", i)));
        }
        yield new ValueMatcher.Or(all);
      }
      case MATCHPATTERN_NOT_SET -> {
        problems.error("a match pattern is required");
        yield new ValueMatcher.Null();
      }
    };
  }
}
