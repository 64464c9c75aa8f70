package io.outrigger.config.listener;

import java.util.List;

/** ListenerFilterChainMatchPredicate: a test of a connection's destination port. */
public sealed interface ListenerFilterPredicate {
  boolean test(int destinationPort);

  /** Any of these. */
  record Or(List<ListenerFilterPredicate> rules) implements ListenerFilterPredicate {
    public Or {
      rules = List.copyOf(rules);
    }

    @Override
    public boolean test(int destinationPort) {
      for (ListenerFilterPredicate rule : rules) {
        if (rule.test(destinationPort)) {
          return true;
        }
      }
      return false;
    }
  }

  /** All of these. */
  record And(List<ListenerFilterPredicate> rules) implements ListenerFilterPredicate {
    public And {
      rules = List.copyOf(rules);
    }

    @Override
    public boolean test(int destinationPort) {
      for (ListenerFilterPredicate rule : rules) {
        if (!rule.test(destinationPort)) {
          return false;
        }
      }
      return true;
    }
  }

  /** Not this. */
  record Not(ListenerFilterPredicate rule) implements ListenerFilterPredicate {
    @Override
    public boolean test(int destinationPort) {
      return !rule.test(destinationPort);
    }
  }

  /** Every connection. */
  record Any() implements ListenerFilterPredicate {
    @Override
    public boolean test(int destinationPort) {
      return true;
    }
  }

  /** Destination ports in [start, end). */
  record DestinationPorts(int start, int end) implements ListenerFilterPredicate {
    @Override
    public boolean test(int destinationPort) {
      return destinationPort >= start && destinationPort < end;
    }
  }
}
