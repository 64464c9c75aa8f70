package io.outrigger.proxy.filter;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.outrigger.config.filter.HttpFilterConfig;
import io.outrigger.config.filter.RbacConfig;
import io.outrigger.config.http.HeaderName;
import io.outrigger.config.http.Headers;
import io.outrigger.config.rbac.RbacEngine;
import io.outrigger.proxy.http.Exchange;
import io.outrigger.proxy.http.HttpFilter;
import io.outrigger.proxy.http.Verdict;
import io.outrigger.proxy.listener.DynamicMetadata;
import io.outrigger.proxy.listener.TerminalFilter;
import io.outrigger.proxy.rbac.DenialLog;
import io.outrigger.proxy.rbac.RbacSubject;
import io.outrigger.proxy.rbac.RuleOutcomes;
import io.outrigger.proxy.stats.StatStore;
import java.util.IdentityHashMap;
import org.jspecify.annotations.Nullable;

/** envoy.filters.http.rbac: answers requests that its rules do not allow with 403. */
final class RbacFilter implements HttpFilter {
  private static final String NAMESPACE = "envoy.filters.http.rbac";
  private static final Struct LOG = hint(true);
  private static final Struct NO_LOG = hint(false);

  private final Factory factory;
  private final @Nullable RuleOutcomes enforced;
  private final @Nullable RuleOutcomes shadow;
  private final @Nullable Verdict[] denials;

  private RbacFilter(Factory factory, RbacConfig config) {
    this.factory = factory;
    StatStore perRule = config.perRuleStats() ? factory.store : null;
    RbacEngine rules = config.rules();
    RbacEngine shadowRules = config.shadowRules();
    this.enforced =
        rules == null
            ? null
            : new RuleOutcomes(
                rules, factory.names(config.rulesPrefix(), false), factory.store, perRule);
    this.shadow =
        shadowRules == null
            ? null
            : new RuleOutcomes(
                shadowRules, factory.names(config.shadowPrefix(), true), factory.store, perRule);
    this.denials = new @Nullable Verdict[rules == null ? 0 : rules.size() + 1];
  }

  private static Struct hint(boolean log) {
    return Struct.newBuilder()
        .putFields("access_log_hint", Value.newBuilder().setBoolValue(log).build())
        .build();
  }

  @Override
  public Verdict onRequestHeaders(Exchange exchange, Headers headers, boolean endStream) {
    RbacSubject subject = factory.subject;
    subject.of(exchange);
    DynamicMetadata metadata = exchange.metadata();
    int cell = exchange.worker().index();
    if (shadow != null) {
      shadow.ask(subject, metadata, cell);
    }
    Verdict verdict =
        enforced == null ? Verdict.CONTINUE : enforce(enforced, subject, metadata, exchange);
    subject.forget();
    return verdict;
  }

  private Verdict enforce(
      RuleOutcomes outcomes, RbacSubject subject, DynamicMetadata metadata, Exchange exchange) {
    int matched = outcomes.ask(subject, metadata, exchange.worker().index());
    RbacEngine rules = outcomes.rules();
    if (rules.logs()) {
      metadata.put("envoy.common", rules.logs(matched) ? LOG : NO_LOG);
    }
    if (rules.allows(matched)) {
      return Verdict.CONTINUE;
    }
    Headers head = exchange.request();
    factory.log.denied(
        head.value(HeaderName.METHOD) + " " + head.value(HeaderName.PATH), rules, matched, subject);
    Verdict denial = denials[matched + 1];
    if (denial == null) {
      denial = new Verdict.Reply(403, "RBAC: access denied", outcomes.details(matched), null, -1);
      denials[matched + 1] = denial;
    }
    return denial;
  }

  /** One a worker and chain; keeps what routes configure as long as it is asked for. */
  static final class Factory implements HttpFilter.Factory {
    /** Beyond this, routes that are gone are taken to be most of them. */
    private static final int KEPT = 256;

    private final HttpFilterConfig filter;
    private final RbacConfig config;
    private final StatStore store;
    private final String statPrefix;
    private final DenialLog log;
    private final RbacSubject subject = new RbacSubject();
    private final RbacFilter ofChain;
    private final IdentityHashMap<RbacConfig, RbacFilter> ofRoutes = new IdentityHashMap<>();

    Factory(
        HttpFilterConfig filter,
        RbacConfig config,
        TerminalFilter.Scope where,
        StatStore store,
        String prefix) {
      this.filter = filter;
      this.config = config;
      this.store = store;
      this.statPrefix = prefix + "rbac.";
      this.log = new DenialLog(where.worker());
      RuleOutcomes.declare(names("", false), store);
      RuleOutcomes.declare(names("", true), store);
      this.ofChain = new RbacFilter(this, config);
    }

    /** Statistics are the chain's; fields of metadata go by a route's own prefix if it has one. */
    private RuleOutcomes.Names names(String fieldPrefix, boolean shadow) {
      String own = shadow ? config.shadowPrefix() : config.rulesPrefix();
      return new RuleOutcomes.Names(
          NAMESPACE, fieldPrefix.isEmpty() ? own : fieldPrefix, statPrefix + own, shadow, true);
    }

    @Override
    public @Nullable HttpFilter create(Exchange exchange) {
      if (!(HttpFilters.effective(filter, exchange, config) instanceof RbacConfig held)) {
        return null;
      }
      if (held == config) {
        return ofChain;
      }
      RbacFilter known = ofRoutes.get(held);
      if (known == null) {
        if (ofRoutes.size() >= KEPT) {
          ofRoutes.clear();
        }
        known = new RbacFilter(this, held);
        ofRoutes.put(held, known);
      }
      return known;
    }
  }
}
