package io.outrigger.config.match.tree;

import com.github.xds.core.v3.TypedExtensionConfig;
import com.github.xds.type.matcher.v3.CelMatcher;
import com.github.xds.type.matcher.v3.IPMatcher;
import com.github.xds.type.matcher.v3.Matcher;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import io.envoyproxy.envoy.config.core.v3.CidrRange;
import io.envoyproxy.envoy.extensions.matching.input_matchers.ip.v3.Ip;
import io.envoyproxy.envoy.type.matcher.v3.StringMatcher;
import io.outrigger.config.cel.CelExpressionCompiler;
import io.outrigger.config.compile.Problems;
import io.outrigger.config.compile.TypedExtension;
import io.outrigger.config.match.CidrRangeCompiler;
import io.outrigger.config.match.StringMatcherCompiler;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Compiles xds.type.matcher.v3.Matcher messages, with the inputs and actions of their owner. */
public final class MatchTreeCompiler<C, A> {
  /** What trees of one owner look at, and lead to. */
  public interface Owner<C, A> {
    /** Null with a problem: there is no such input here. */
    @Nullable MatchInput<C> input(TypedExtension extension, Problems problems);

    /** Null with a problem: there is no such action here. */
    @Nullable A action(TypedExtension extension, Problems problems);
  }

  private final Owner<C, A> owner;

  public MatchTreeCompiler(Owner<C, A> owner) {
    this.owner = owner;
  }

  public MatchTree<C, A> compile(Matcher proto, Problems problems) {
    MatchTree.OnMatch<C, A> otherwise =
        proto.hasOnNoMatch() ? onMatch(proto.getOnNoMatch(), problems.at("on_no_match")) : null;
    if (proto.hasMatcherTree()) {
      return tree(proto.getMatcherTree(), otherwise, problems.at("matcher_tree"));
    }
    Problems here = problems.at("matcher_list");
    List<MatchTree.Fields.Field<C, A>> fields = new ArrayList<>();
    for (int i = 0; i < proto.getMatcherList().getMatchersCount(); i++) {
      Matcher.MatcherList.FieldMatcher field = proto.getMatcherList().getMatchers(i);
      Problems at = here.at("matchers", i);
      MatchPredicate<C> predicate = predicate(field.getPredicate(), at.at("predicate"));
      MatchTree.OnMatch<C, A> onMatch = onMatch(field.getOnMatch(), at.at("on_match"));
      if (predicate != null) {
        fields.add(new MatchTree.Fields.Field<>(predicate, onMatch));
      }
    }
    return new MatchTree.Fields<>(List.copyOf(fields), otherwise);
  }

  private MatchTree.OnMatch<C, A> onMatch(Matcher.OnMatch proto, Problems problems) {
    if (proto.hasMatcher()) {
      return new MatchTree.OnMatch<>(null, compile(proto.getMatcher(), problems.at("matcher")));
    }
    if (!proto.hasAction()) {
      problems.error("one of matcher and action is required");
      return new MatchTree.OnMatch<>(null, null);
    }
    Problems here = problems.at("action").at("typed_config");
    TypedExtension extension = TypedExtension.of(proto.getAction().getTypedConfig(), here);
    return new MatchTree.OnMatch<>(owner.action(extension, here), null);
  }

  private @Nullable MatchInput<C> input(TypedExtensionConfig proto, Problems problems) {
    Problems here = problems.at("typed_config");
    return owner.input(TypedExtension.of(proto.getTypedConfig(), here), here);
  }

  // ---- trees ----

  private MatchTree<C, A> tree(
      Matcher.MatcherTree proto, MatchTree.@Nullable OnMatch<C, A> otherwise, Problems problems) {
    MatchInput<C> input = input(proto.getInput(), problems.at("input"));
    MatchTree<C, A> nothing = new MatchTree.Fields<>(List.of(), otherwise);
    return switch (proto.getTreeTypeCase()) {
      case EXACT_MATCH_MAP -> {
        Map<String, MatchTree.OnMatch<C, A>> map =
            map(proto.getExactMatchMap(), problems.at("exact_match_map"));
        yield input == null ? nothing : new MatchTree.Exact<>(input, map, otherwise);
      }
      case PREFIX_MATCH_MAP -> {
        List<MatchTree.Prefixes.Prefix<C, A>> prefixes = new ArrayList<>();
        map(proto.getPrefixMatchMap(), problems.at("prefix_match_map"))
            .forEach((key, value) -> prefixes.add(new MatchTree.Prefixes.Prefix<>(key, value)));
        prefixes.sort(Comparator.comparingInt(one -> -one.prefix().length()));
        yield input == null ? nothing : new MatchTree.Prefixes<>(input, prefixes, otherwise);
      }
      case CUSTOM_MATCH -> {
        Problems here = problems.at("custom_match").at("typed_config");
        List<MatchTree.Ranges.Range<C, A>> ranges =
            ranges(TypedExtension.of(proto.getCustomMatch().getTypedConfig(), here), here);
        checkAddress(input, here);
        yield input == null ? nothing : new MatchTree.Ranges<>(input, ranges, otherwise);
      }
      case TREETYPE_NOT_SET -> {
        problems.error("one of exact_match_map, prefix_match_map and custom_match is required");
        yield nothing;
      }
    };
  }

  private Map<String, MatchTree.OnMatch<C, A>> map(
      Matcher.MatcherTree.MatchMap proto, Problems problems) {
    Map<String, MatchTree.OnMatch<C, A>> map = new HashMap<>();
    proto
        .getMapMap()
        .forEach((key, value) -> map.put(key, onMatch(value, problems.at("map", key))));
    return map;
  }

  private List<MatchTree.Ranges.Range<C, A>> ranges(TypedExtension extension, Problems problems) {
    List<MatchTree.Ranges.Range<C, A>> ranges = new ArrayList<>();
    if (!extension.type().equals("xds.type.matcher.v3.IPMatcher")) {
      problems.error("'" + extension.type() + "' is not supported; IPMatcher is");
      return ranges;
    }
    IPMatcher proto = extension.parse(IPMatcher.parser(), problems);
    for (int i = 0; proto != null && i < proto.getRangeMatchersCount(); i++) {
      IPMatcher.IPRangeMatcher one = proto.getRangeMatchers(i);
      Problems here = problems.at("range_matchers", i);
      MatchTree.OnMatch<C, A> onMatch =
          one.hasOnMatch() ? onMatch(one.getOnMatch(), here.at("on_match")) : null;
      for (int j = 0; j < one.getRangesCount(); j++) {
        Problems at = here.at("ranges", j);
        CidrRange range = as(one.getRanges(j), CidrRange.parser(), at);
        ranges.add(
            new MatchTree.Ranges.Range<>(
                CidrRangeCompiler.compile(range, at), onMatch, one.getExclusive()));
      }
    }
    ranges.sort(Comparator.comparingInt(one -> -one.range().prefixLength()));
    return ranges;
  }

  // ---- predicates ----

  private @Nullable MatchPredicate<C> predicate(
      Matcher.MatcherList.Predicate proto, Problems problems) {
    return switch (proto.getMatchTypeCase()) {
      case SINGLE_PREDICATE -> single(proto.getSinglePredicate(), problems.at("single_predicate"));
      case OR_MATCHER -> several(proto.getOrMatcher(), false, problems.at("or_matcher"));
      case AND_MATCHER -> several(proto.getAndMatcher(), true, problems.at("and_matcher"));
      case NOT_MATCHER -> {
        MatchPredicate<C> part = predicate(proto.getNotMatcher(), problems.at("not_matcher"));
        yield part == null ? null : new MatchPredicate.Not<>(part);
      }
      case MATCHTYPE_NOT_SET -> {
        problems.error(
            "one of single_predicate, or_matcher, and_matcher and not_matcher is required");
        yield null;
      }
    };
  }

  private MatchPredicate<C> several(
      Matcher.MatcherList.Predicate.PredicateList proto, boolean all, Problems problems) {
    List<MatchPredicate<C>> parts = new ArrayList<>();
    for (int i = 0; i < proto.getPredicateCount(); i++) {
      MatchPredicate<C> part = predicate(proto.getPredicate(i), problems.at("predicate", i));
      if (part != null) {
        parts.add(part);
      }
    }
    return new MatchPredicate.Several<>(parts, all);
  }

  private @Nullable MatchPredicate<C> single(
      Matcher.MatcherList.Predicate.SinglePredicate proto, Problems problems) {
    MatchInput<C> input = input(proto.getInput(), problems.at("input"));
    if (proto.hasValueMatch()) {
      Problems here = problems.at("value_match");
      StringMatcher matcher = as(proto.getValueMatch(), StringMatcher.parser(), here);
      var compiled = StringMatcherCompiler.compile(matcher, here);
      return input == null ? null : new MatchPredicate.Text<>(input, compiled);
    }
    Problems here = problems.at("custom_match").at("typed_config");
    TypedExtension extension = TypedExtension.of(proto.getCustomMatch().getTypedConfig(), here);
    if (extension.type().equals("xds.type.matcher.v3.CelMatcher")) {
      return expression(extension.parse(CelMatcher.parser(), here), input, here);
    }
    if (!extension.type().equals("envoy.extensions.matching.input_matchers.ip.v3.Ip")) {
      here.error("'" + extension.type() + "' is not supported; Ip and CelMatcher are");
      return null;
    }
    checkAddress(input, here);
    Ip ip = extension.parse(Ip.parser(), here);
    return ip == null || input == null
        ? null
        : new MatchPredicate.Ranges<>(
            input, CidrRangeCompiler.compileAll(ip.getCidrRangesList(), "cidr_ranges", here));
  }

  private @Nullable MatchPredicate<C> expression(
      @Nullable CelMatcher proto, @Nullable MatchInput<C> input, Problems problems) {
    if (proto == null || input == null) {
      return null;
    }
    if (!input.isAttributes()) {
      problems.error("asks for attributes, and the input is none of them");
    }
    return new MatchPredicate.Cel<>(
        input, CelExpressionCompiler.compile(proto.getExprMatch(), problems.at("expr_match")));
  }

  private void checkAddress(@Nullable MatchInput<C> input, Problems problems) {
    if (input != null && !input.isAddress()) {
      problems.error("looks at an address, and the input is none");
    }
  }

  /** The same message of another package: xds's have Envoy's fields. */
  private static <M extends MessageLite> M as(
      MessageLite proto, Parser<M> parser, Problems problems) {
    try {
      return parser.parseFrom(proto.toByteString());
    } catch (InvalidProtocolBufferException e) {
      problems.error("cannot be read: " + e.getMessage());
      throw new IllegalStateException("a message that was read before can't be read again", e);
    }
  }
}
