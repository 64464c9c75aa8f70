package io.outrigger.config.route;

import io.envoyproxy.envoy.config.core.v3.HeaderValue;
import io.envoyproxy.envoy.config.core.v3.HeaderValueOption;
import io.envoyproxy.envoy.config.core.v3.HeaderValueOption.HeaderAppendAction;
import io.outrigger.config.accesslog.LogFormat;
import io.outrigger.config.accesslog.LogFormatParser;
import io.outrigger.config.compile.Problems;
import io.outrigger.config.http.HeaderName;
import io.outrigger.config.match.HeaderNames;
import io.outrigger.config.route.HeaderMutation.AppendAction;
import java.util.ArrayList;
import java.util.List;

/** Compiles one level's headers to add and to remove; removal comes first. */
public final class HeaderMutationsCompiler {
  private HeaderMutationsCompiler() {}

  /** The mutations of request_headers_to_add and request_headers_to_remove. */
  public static HeaderMutations request(
      List<HeaderValueOption> add, List<String> remove, Problems problems) {
    return compile(add, "request_headers_to_add", remove, "request_headers_to_remove", problems);
  }

  /** The mutations of response_headers_to_add and response_headers_to_remove. */
  public static HeaderMutations response(
      List<HeaderValueOption> add, List<String> remove, Problems problems) {
    return compile(add, "response_headers_to_add", remove, "response_headers_to_remove", problems);
  }

  /** The mutations of a single repeated field. */
  public static HeaderMutations added(
      List<HeaderValueOption> add, String field, Problems problems) {
    return compile(add, field, List.of(), "", problems);
  }

  private static HeaderMutations compile(
      List<HeaderValueOption> add,
      String addField,
      List<String> remove,
      String removeField,
      Problems problems) {
    if (add.isEmpty() && remove.isEmpty()) {
      return HeaderMutations.NONE;
    }
    List<HeaderMutation> steps = new ArrayList<>(add.size() + remove.size());
    for (int i = 0; i < remove.size(); i++) {
      steps.add(remove(remove.get(i), problems.at(removeField, i)));
    }
    for (int i = 0; i < add.size(); i++) {
      steps.add(put(add.get(i), problems.at(addField, i)));
    }
    return new HeaderMutations(steps);
  }

  /** The changes that config.common.mutation_rules messages ask for, in their order. */
  public static HeaderMutations compileSteps(
      List<io.envoyproxy.envoy.config.common.mutation_rules.v3.HeaderMutation> protos,
      String field,
      Problems problems) {
    List<HeaderMutation> steps = new ArrayList<>(protos.size());
    for (int i = 0; i < protos.size(); i++) {
      var proto = protos.get(i);
      Problems here = problems.at(field, i);
      switch (proto.getActionCase()) {
        case REMOVE -> steps.add(new HeaderMutation.Remove(HeaderName.of(proto.getRemove())));
        case APPEND -> steps.add(put(proto.getAppend(), here.at("append")));
        default -> here.error("one of remove or append is required");
      }
    }
    return new HeaderMutations(steps);
  }

  private static HeaderMutation remove(String name, Problems problems) {
    checkName(name, "removed", problems);
    return new HeaderMutation.Remove(HeaderName.of(name));
  }

  /** The change that a HeaderValueOption asks for. */
  public static HeaderMutation put(HeaderValueOption proto, Problems problems) {
    HeaderValue header = proto.getHeader();
    Problems here = problems.at("header");
    checkName(header.getKey(), "modified", here.at("key"));
    return new HeaderMutation.Put(
        HeaderName.of(header.getKey()),
        value(header, here),
        action(proto, problems),
        proto.getKeepEmptyValue());
  }

  private static LogFormat value(HeaderValue header, Problems problems) {
    if (header.getValue().isEmpty() && !header.getRawValue().isEmpty()) {
      return LogFormatParser.parse(header.getRawValue().toStringUtf8(), problems.at("raw_value"));
    }
    HeaderNames.checkValue(header.getValue(), problems.at("value"));
    return LogFormatParser.parse(header.getValue(), problems.at("value"));
  }

  @SuppressWarnings("deprecation") // append
  private static AppendAction action(HeaderValueOption proto, Problems problems) {
    if (proto.hasAppend()) {
      if (proto.getAppendAction() != HeaderAppendAction.APPEND_IF_EXISTS_OR_ADD) {
        problems.error("append", "Both append and append_action are set and it's not allowed");
      }
      return proto.getAppend().getValue()
          ? AppendAction.APPEND_IF_EXISTS_OR_ADD
          : AppendAction.OVERWRITE_IF_EXISTS_OR_ADD;
    }
    return switch (proto.getAppendAction()) {
      case ADD_IF_ABSENT -> AppendAction.ADD_IF_ABSENT;
      case OVERWRITE_IF_EXISTS_OR_ADD -> AppendAction.OVERWRITE_IF_EXISTS_OR_ADD;
      case OVERWRITE_IF_EXISTS -> AppendAction.OVERWRITE_IF_EXISTS;
      case APPEND_IF_EXISTS_OR_ADD, UNRECOGNIZED -> AppendAction.APPEND_IF_EXISTS_OR_ADD;
    };
  }

  private static void checkName(String name, String verb, Problems problems) {
    HeaderNames.check(name, problems);
    if (name.startsWith(":") || name.equalsIgnoreCase("host")) {
      problems.error("'" + name + "': :-prefixed or host headers may not be " + verb);
    }
  }
}
