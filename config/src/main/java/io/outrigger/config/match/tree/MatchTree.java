package io.outrigger.config.match.tree;

import io.outrigger.config.match.CidrRange;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A tree of matchers that finds an action. What matches but leads to nothing, because no matcher
 * below it matched, is passed over for the next that matches.
 *
 * @param <C> what inputs look at
 * @param <A> the action
 */
public sealed interface MatchTree<C, A> {
  /** The action; null: nothing matched. */
  @Nullable A match(C context);

  /** What a match leads to: an action, or more of the tree. One of them is null. */
  record OnMatch<C, A>(@Nullable A action, @Nullable MatchTree<C, A> tree) {
    @Nullable A of(C context) {
      return tree == null ? action : tree.match(context);
    }

    static <C, A> @Nullable A orNone(@Nullable OnMatch<C, A> found, C context) {
      return found == null ? null : found.of(context);
    }
  }

  /** The first whose predicate holds. */
  record Fields<C, A>(List<Field<C, A>> fields, @Nullable OnMatch<C, A> otherwise)
      implements MatchTree<C, A> {
    /** One of the list. */
    record Field<C, A>(MatchPredicate<C> predicate, OnMatch<C, A> onMatch) {}

    @Override
    public @Nullable A match(C context) {
      for (Field<C, A> field : fields) {
        A found = field.predicate().test(context) ? field.onMatch().of(context) : null;
        if (found != null) {
          return found;
        }
      }
      return OnMatch.orNone(otherwise, context);
    }
  }

  /** By an input's whole text. */
  record Exact<C, A>(
      MatchInput<C> input, Map<String, OnMatch<C, A>> map, @Nullable OnMatch<C, A> otherwise)
      implements MatchTree<C, A> {
    @Override
    public @Nullable A match(C context) {
      String text = input.text(context);
      A found = text == null ? null : OnMatch.orNone(map.get(text), context);
      return found == null ? OnMatch.orNone(otherwise, context) : found;
    }
  }

  /** By the longest beginning of an input's text. */
  record Prefixes<C, A>(
      MatchInput<C> input, List<Prefix<C, A>> longestFirst, @Nullable OnMatch<C, A> otherwise)
      implements MatchTree<C, A> {
    /** One of the map. */
    record Prefix<C, A>(String prefix, OnMatch<C, A> onMatch) {}

    @Override
    public @Nullable A match(C context) {
      String text = input.text(context);
      for (Prefix<C, A> one : longestFirst) {
        A found = text != null && text.startsWith(one.prefix()) ? one.onMatch().of(context) : null;
        if (found != null) {
          return found;
        }
      }
      return OnMatch.orNone(otherwise, context);
    }
  }

  /** By the narrowest range that an address is in: IPMatcher. */
  record Ranges<C, A>(
      MatchInput<C> input, List<Range<C, A>> narrowestFirst, @Nullable OnMatch<C, A> otherwise)
      implements MatchTree<C, A> {
    /**
     * A range.
     *
     * @param exclusive it counts only if no narrower one has the address in it
     */
    record Range<C, A>(CidrRange range, @Nullable OnMatch<C, A> onMatch, boolean exclusive) {}

    @Override
    public @Nullable A match(C context) {
      InetAddress address = input.address(context);
      boolean first = true;
      for (Range<C, A> one : narrowestFirst) {
        if (!one.range().contains(address) || (one.exclusive() && !first)) {
          continue;
        }
        first = false;
        A found = OnMatch.orNone(one.onMatch(), context);
        if (found != null) {
          return found;
        }
      }
      return OnMatch.orNone(otherwise, context);
    }
  }
}
