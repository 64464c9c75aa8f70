package io.outrigger.config.match.tree;

import io.outrigger.config.cel.AttributeSource;
import io.outrigger.config.cel.CelExpression;
import io.outrigger.config.match.CidrRange;
import io.outrigger.config.match.StringMatcher;
import java.net.InetAddress;
import java.util.List;

/** A condition of a list of matchers: Matcher.MatcherList.Predicate. */
sealed interface MatchPredicate<C> {
  boolean test(C context);

  /** An input's text matches. */
  record Text<C>(MatchInput<C> input, StringMatcher matcher) implements MatchPredicate<C> {
    @Override
    public boolean test(C context) {
      String text = input.text(context);
      return text != null && matcher.matches(text);
    }
  }

  /** An input is an address in one of the ranges. */
  record Ranges<C>(MatchInput<C> input, List<CidrRange> ranges) implements MatchPredicate<C> {
    @Override
    public boolean test(C context) {
      InetAddress address = input.address(context);
      for (CidrRange range : ranges) {
        if (range.contains(address)) {
          return true;
        }
      }
      return false;
    }
  }

  /** An expression is true. */
  record Cel<C>(MatchInput<C> input, CelExpression expression) implements MatchPredicate<C> {
    @Override
    public boolean test(C context) {
      AttributeSource source = input.attributes(context);
      return source != null && expression.evaluate(source).equals(true);
    }
  }

  /** All hold, or one of them does. */
  record Several<C>(List<MatchPredicate<C>> parts, boolean all) implements MatchPredicate<C> {
    @Override
    public boolean test(C context) {
      for (MatchPredicate<C> part : parts) {
        if (part.test(context) != all) {
          return !all;
        }
      }
      return all;
    }
  }

  /** It doesn't hold. */
  record Not<C>(MatchPredicate<C> part) implements MatchPredicate<C> {
    @Override
    public boolean test(C context) {
      return !part.test(context);
    }
  }
}
