package io.outrigger.config.filter;

import io.outrigger.config.rbac.RbacEngine;
import org.jspecify.annotations.Nullable;

/**
 * RBAC of a chain, a route or a TCP connection: rules that are enforced, and rules in the shadow.
 *
 * @param rules null: nothing is enforced
 * @param rulesPrefix of statistics and metadata
 * @param shadowPrefix of statistics and metadata
 * @param perRuleStats each policy has counters
 */
public record RbacConfig(
    @Nullable RbacEngine rules,
    @Nullable RbacEngine shadowRules,
    String rulesPrefix,
    String shadowPrefix,
    boolean perRuleStats)
    implements FilterConfig {}
