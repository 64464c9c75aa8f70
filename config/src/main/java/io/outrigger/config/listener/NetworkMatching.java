package io.outrigger.config.listener;

import com.google.protobuf.StringValue;
import io.outrigger.config.compile.Problems;
import io.outrigger.config.compile.TypedExtension;
import io.outrigger.config.match.tree.MatchInput;
import io.outrigger.config.match.tree.MatchTreeCompiler;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What filter_chain_matcher looks at, and that its actions are the names of filter chains. */
final class NetworkMatching implements MatchTreeCompiler.Owner<ConnectionFacts, String> {
  @Override
  public @Nullable MatchInput<ConnectionFacts> input(TypedExtension extension, Problems problems) {
    MatchInput<ConnectionFacts> input = NetworkInputs.find(extension.type(), Function.identity());
    if (input == null) {
      problems.error(
          "'"
              + extension.type()
              + "' is not supported; inputs of "
              + NetworkInputs.PACKAGE
              + " are");
    }
    return input;
  }

  @Override
  public @Nullable String action(TypedExtension extension, Problems problems) {
    if (!extension.type().equals("google.protobuf.StringValue")) {
      problems.error(
          "'" + extension.type() + "' is not supported; a StringValue, a filter chain's name, is");
      return null;
    }
    StringValue name = extension.parse(StringValue.parser(), problems);
    return name == null ? null : name.getValue();
  }
}
