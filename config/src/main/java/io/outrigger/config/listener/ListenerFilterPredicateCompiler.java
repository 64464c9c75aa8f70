package io.outrigger.config.listener;

import io.envoyproxy.envoy.config.listener.v3.ListenerFilterChainMatchPredicate;
import io.outrigger.config.compile.Problems;
import java.util.ArrayList;
import java.util.List;

/** Compiles ListenerFilterChainMatchPredicate messages. */
final class ListenerFilterPredicateCompiler {
  private ListenerFilterPredicateCompiler() {}

  static ListenerFilterPredicate compile(
      ListenerFilterChainMatchPredicate proto, Problems problems) {
    return switch (proto.getRuleCase()) {
      case OR_MATCH ->
          new ListenerFilterPredicate.Or(
              all(proto.getOrMatch().getRulesList(), problems.at("or_match")));
      case AND_MATCH ->
          new ListenerFilterPredicate.And(
              all(proto.getAndMatch().getRulesList(), problems.at("and_match")));
      case NOT_MATCH ->
          new ListenerFilterPredicate.Not(compile(proto.getNotMatch(), problems.at("not_match")));
      case ANY_MATCH -> new ListenerFilterPredicate.Any();
      case DESTINATION_PORT_RANGE ->
          new ListenerFilterPredicate.DestinationPorts(
              proto.getDestinationPortRange().getStart(), proto.getDestinationPortRange().getEnd());
      case RULE_NOT_SET -> {
        problems.error(
            "one of or_match, and_match, not_match, any_match or destination_port_range is"
                + " required");
        yield new ListenerFilterPredicate.Any();
      }
    };
  }

  private static List<ListenerFilterPredicate> all(
      List<ListenerFilterChainMatchPredicate> protos, Problems problems) {
    List<ListenerFilterPredicate> rules = new ArrayList<>(protos.size());
    for (int i = 0; i < protos.size(); i++) {
      rules.add(compile(protos.get(i), problems.at("rules", i)));
    }
    return rules;
  }
}
