package io.outrigger.proxy.rbac;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.outrigger.config.rbac.RbacEngine;
import io.outrigger.proxy.listener.DynamicMetadata;
import io.outrigger.proxy.stats.Counter;
import io.outrigger.proxy.stats.StatStore;
import org.jspecify.annotations.Nullable;

/**
 * Rules on one worker, enforced or in the shadow: asks them, counts and notes what comes of it.
 *
 * <p>What is noted is made once for each policy.
 */
public final class RuleOutcomes {
  private final RbacEngine rules;
  private final Names names;
  private final @Nullable StatStore perRule;
  private final Counter allowed;
  private final Counter denied;
  private final @Nullable Struct[] noted;
  private final @Nullable Counter[] policies;

  /**
   * How outcomes are called.
   *
   * @param namespace of the metadata
   * @param fieldPrefix of the metadata's fields
   * @param statPrefix of statistics
   * @param noted whether the outcome goes into the metadata
   */
  public record Names(
      String namespace, String fieldPrefix, String statPrefix, boolean shadow, boolean noted) {
    String stat(String word) {
      return shadow ? "shadow_" + word : word;
    }
  }

  /** {@code perRule} null: policies are not counted. */
  public RuleOutcomes(RbacEngine rules, Names names, StatStore store, @Nullable StatStore perRule) {
    this.rules = rules;
    this.names = names;
    this.perRule = perRule;
    this.allowed = allowed(names, store);
    this.denied = denied(names, store);
    this.noted = new @Nullable Struct[rules.size() + 1];
    this.policies = new @Nullable Counter[rules.size()];
  }

  static Counter allowed(Names names, StatStore store) {
    return store.counter(names.statPrefix() + names.stat("allowed"));
  }

  static Counter denied(Names names, StatStore store) {
    return store.counter(names.statPrefix() + names.stat("denied"));
  }

  /** Makes the counters also where no rules are there to count. */
  public static void declare(Names names, StatStore store) {
    allowed(names, store);
    denied(names, store);
  }

  public RbacEngine rules() {
    return rules;
  }

  /** The policy that the subject matches, or -1. */
  public int ask(RbacSubject subject, DynamicMetadata metadata, int cell) {
    int matched = subject.match(rules);
    boolean allows = rules.allows(matched);
    (allows ? allowed : denied).inc(cell);
    if (perRule != null && matched >= 0) {
      policy(matched, allows, perRule).inc(cell);
    }
    if (names.noted()) {
      metadata.put(names.namespace(), note(matched, allows));
    }
    return matched;
  }

  /** A policy that matches always has the same outcome. */
  private Counter policy(int matched, boolean allows, StatStore store) {
    Counter counter = policies[matched];
    if (counter == null) {
      counter =
          store.counter(
              names.statPrefix()
                  + "policy."
                  + rules.name(matched)
                  + "."
                  + names.stat(allows ? "allowed" : "denied"));
      policies[matched] = counter;
    }
    return counter;
  }

  private Struct note(int matched, boolean allows) {
    Struct struct = noted[matched + 1];
    if (struct == null) {
      String kind = names.fieldPrefix() + (names.shadow() ? "shadow_" : "enforced_");
      Struct.Builder made = Struct.newBuilder();
      made.putFields(kind + "engine_result", text(allows ? "allowed" : "denied"));
      if (matched >= 0) {
        made.putFields(kind + "effective_policy_id", text(rules.name(matched)));
      }
      struct = made.build();
      noted[matched + 1] = struct;
    }
    return struct;
  }

  /** What %RESPONSE_CODE_DETAILS% says of a denial. */
  public String details(int matched) {
    StringBuilder out = new StringBuilder("rbac_access_denied_matched_policy[");
    String name = matched < 0 ? "none" : rules.name(matched);
    for (int i = 0; i < name.length(); i++) {
      out.append(Character.isWhitespace(name.charAt(i)) ? '_' : name.charAt(i));
    }
    return out.append(']').toString();
  }

  private static Value text(String text) {
    return Value.newBuilder().setStringValue(text).build();
  }
}
