package io.outrigger.cli.authz;

import io.outrigger.control.resource.Resource;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of a request, and why.
 *
 * @param policy the one that decides, or is nearest to; null: none does
 * @param rule its index; -1: none
 * @param failed the first condition of that rule that doesn't hold; null: all do
 * @param notes what else policies say, which decides nothing
 */
public record Decision(
    Outcome outcome,
    String reason,
    @Nullable Resource policy,
    int rule,
    @Nullable String failed,
    List<String> notes) {
  /** What becomes of it. */
  public enum Outcome {
    ALLOWED,
    DENIED,
    /** A provider of the mesh is asked, and decides. */
    PROVIDER
  }
}
