package io.outrigger.config.route;

import java.util.ArrayList;
import java.util.List;

/** Changes of a header block, in the order in which they are made. */
public record HeaderMutations(List<HeaderMutation> steps) {
  public static final HeaderMutations NONE = new HeaderMutations(List.of());

  public HeaderMutations {
    steps = List.copyOf(steps);
  }

  public boolean isEmpty() {
    return steps.isEmpty();
  }

  /** These, and then {@code next}. */
  public HeaderMutations then(HeaderMutations next) {
    if (next.isEmpty()) {
      return this;
    }
    if (isEmpty()) {
      return next;
    }
    List<HeaderMutation> all = new ArrayList<>(steps);
    all.addAll(next.steps);
    return new HeaderMutations(all);
  }
}
