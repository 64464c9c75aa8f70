package io.outrigger.bench;

import com.google.protobuf.Value;
import io.envoyproxy.envoy.config.rbac.v3.RBAC;
import io.outrigger.config.cel.Attribute;
import io.outrigger.config.cel.AttributeSource;
import io.outrigger.config.compile.Problems;
import io.outrigger.config.http.HeaderName;
import io.outrigger.config.http.Headers;
import io.outrigger.config.listener.ConnectionFacts;
import io.outrigger.config.rbac.RbacRequest;
import io.outrigger.config.rbac.RbacRules;
import io.outrigger.config.rbac.RbacRulesCompiler;
import io.outrigger.config.tls.SanMatcher;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** A hundred policies of which the last matches: all are asked for the request. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class RbacBenchmark {
  private static final String BY_PATH =
      "  p%1$03d: {permissions: [{and_rules: {rules: [{header: {name: ':method', string_match:"
          + " {exact: GET}}}, {url_path: {path: {prefix: /shop/area%1$d/}}}]}}], principals:"
          + " [{authenticated: {principal_name: {exact: spiffe://c/ns/a/sa/b}}}]}\n";
  private static final String BY_CONDITION =
      "  p%1$03d: {permissions: [{url_path: {path: {prefix: /shop/area%1$d/}}}], principals: [{any:"
          + " true}], condition: {call_expr: {function: '_==_', args: [{select_expr: {operand:"
          + " {ident_expr: {name: request}}, field: method}}, {const_expr: {string_value:"
          + " GET}}]}}}\n";

  private final Asked request = new Asked();
  private final RbacRules byPath = rules(BY_PATH);
  private final RbacRules byCondition = rules(BY_CONDITION);
  private final int[] openByPath = byPath.open(request);
  private final int[] openByCondition = byCondition.open(request);

  private static RbacRules rules(String policy) {
    StringBuilder yaml = new StringBuilder("policies:\n");
    for (int i = 0; i < 100; i++) {
      yaml.append(policy.formatted(i));
    }
    Problems problems = new Problems();
    RBAC proto = Yamls.message("envoy.config.rbac.v3.RBAC", RBAC.parser(), yaml.toString());
    RbacRules rules = RbacRulesCompiler.compile(proto, true, problems);
    if (problems.hasErrors()) {
      throw new IllegalArgumentException(problems.list().toString());
    }
    return rules;
  }

  @Benchmark
  public int lastOfHundred() {
    request.whole = true;
    return byPath.match(openByPath, request);
  }

  @Benchmark
  public int lastOfHundredWithCondition() {
    request.whole = true;
    return byCondition.match(openByCondition, request);
  }

  private static final class Asked implements RbacRequest {
    private static final byte[] PATH = "/shop/area99/x".getBytes(StandardCharsets.US_ASCII);
    private final Headers headers = new Headers();
    private final List<String> uris = List.of("spiffe://c/ns/a/sa/b");
    private boolean whole;

    Asked() {
      headers.add(HeaderName.METHOD, "GET");
      headers.add(HeaderName.AUTHORITY, "shop.example.com");
      headers.add(HeaderName.PATH, PATH);
      headers.add(HeaderName.USER_AGENT, "bench");
    }

    @Override
    public boolean isWhole() {
      return whole;
    }

    @Override
    public @Nullable Headers headers() {
      return whole ? headers : null;
    }

    @Override
    public int pathOffset() {
      return headers.valueOffset(2);
    }

    @Override
    public int pathLength() {
      return PATH.length;
    }

    @Override
    public @Nullable InetAddress destinationAddress() {
      return null;
    }

    @Override
    public int destinationPort() {
      return 80;
    }

    @Override
    public @Nullable InetAddress sourceAddress() {
      return null;
    }

    @Override
    public @Nullable InetAddress directRemoteAddress() {
      return null;
    }

    @Override
    public @Nullable InetAddress remoteAddress() {
      return null;
    }

    @Override
    public String serverName() {
      return "";
    }

    @Override
    public boolean isTls() {
      return true;
    }

    @Override
    public boolean isPeerValidated() {
      return true;
    }

    @Override
    public List<String> uriSans() {
      return uris;
    }

    @Override
    public List<String> dnsSans() {
      return List.of();
    }

    @Override
    public String subject() {
      return "";
    }

    @Override
    public boolean hasSan(SanMatcher matcher) {
      return false;
    }

    @Override
    public @Nullable Value dynamicMetadata(String namespace, List<String> path) {
      return null;
    }

    @Override
    public @Nullable Value routeMetadata(String namespace, List<String> path) {
      return null;
    }

    @Override
    public @Nullable Value filterState(String key) {
      return null;
    }

    @Override
    public AttributeSource attributes() {
      return attribute ->
          attribute == Attribute.REQUEST_METHOD ? headers.value(HeaderName.METHOD) : null;
    }

    @Override
    public ConnectionFacts connection() {
      throw new UnsupportedOperationException();
    }
  }
}
