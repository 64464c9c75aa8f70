package io.outrigger.config.rbac;

import com.google.protobuf.Value;
import io.outrigger.config.cel.CelExpression;
import io.outrigger.config.http.Headers;
import io.outrigger.config.match.CidrRange;
import io.outrigger.config.match.HeaderMatcher;
import io.outrigger.config.match.PathMatcher;
import io.outrigger.config.match.StringMatcher;
import io.outrigger.config.metadata.MetadataMatcher;
import io.outrigger.config.route.FilterStateMatcher;
import io.outrigger.config.tls.SanMatcher;
import java.net.InetAddress;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A permission or principal of a policy. Conditions that ask for what a request has not got come to
 * {@link Outcome#UNDECIDED}, also where they are negated; texts of conditions are for denials'
 * logs.
 */
public sealed interface Condition {
  Outcome test(RbacRequest request);

  /** About how long a test takes. */
  default int cost() {
    return 5;
  }

  private static int cost(List<Condition> conditions) {
    return conditions.stream().mapToInt(Condition::cost).sum();
  }

  private static int cost(StringMatcher matcher, int otherwise) {
    return matcher.kind() == StringMatcher.Kind.REGEX ? 50 : otherwise;
  }

  /** any. */
  record Any() implements Condition {
    @Override
    public Outcome test(RbacRequest request) {
      return Outcome.YES;
    }

    @Override
    public String toString() {
      return "any";
    }
  }

  /**
   * All of them hold.
   *
   * @param cheapFirst the same in the order in which they are tested
   */
  record All(List<Condition> conditions, List<Condition> cheapFirst) implements Condition {
    public All(List<Condition> conditions) {
      this(conditions, conditions);
    }

    public All {
      conditions = List.copyOf(conditions);
      cheapFirst = conditions.stream().sorted(Comparator.comparingInt(Condition::cost)).toList();
    }

    @Override
    public Outcome test(RbacRequest request) {
      Outcome all = Outcome.YES;
      for (int i = 0, size = cheapFirst.size(); i < size; i++) {
        Outcome one = cheapFirst.get(i).test(request);
        if (one == Outcome.NO) {
          return one;
        }
        all = one == Outcome.YES ? all : one;
      }
      return all;
    }

    @Override
    public int cost() {
      return Condition.cost(conditions);
    }

    @Override
    public String toString() {
      return join(" and ", conditions);
    }
  }

  /** One of them holds. */
  record OneOf(List<Condition> conditions) implements Condition {
    public OneOf {
      conditions = List.copyOf(conditions);
    }

    @Override
    public Outcome test(RbacRequest request) {
      Outcome any = Outcome.NO;
      for (int i = 0, size = conditions.size(); i < size; i++) {
        Outcome one = conditions.get(i).test(request);
        if (one == Outcome.YES) {
          return one;
        }
        any = one == Outcome.NO ? any : one;
      }
      return any;
    }

    @Override
    public int cost() {
      return Condition.cost(conditions);
    }

    @Override
    public String toString() {
      return join(" or ", conditions);
    }
  }

  /** It doesn't hold; what can't be decided can't be negated either. */
  record Not(Condition condition) implements Condition {
    @Override
    public Outcome test(RbacRequest request) {
      return condition.test(request).not();
    }

    @Override
    public int cost() {
      return condition.cost();
    }

    @Override
    public String toString() {
      return "not (" + condition + ")";
    }
  }

  /** A header of the request. */
  record Header(HeaderMatcher matcher) implements Condition {
    @Override
    public Outcome test(RbacRequest request) {
      Headers headers = request.headers();
      return headers == null ? Outcome.UNDECIDED : Outcome.of(matcher.matches(headers));
    }

    @Override
    public int cost() {
      return matcher.test() instanceof HeaderMatcher.Text text
          ? Condition.cost(text.matcher(), 5)
          : 4;
    }

    @Override
    public String toString() {
      HeaderMatcher.HeaderTest test = matcher.test();
      return (matcher.invert() ? "not header " : "header ")
          + matcher.name()
          + " "
          + (test instanceof HeaderMatcher.Text text ? text.matcher().toString() : test.toString());
    }
  }

  /** The path without its query. */
  record UrlPath(StringMatcher matcher) implements Condition {
    @Override
    public Outcome test(RbacRequest request) {
      Headers headers = request.headers();
      return headers == null || request.pathLength() < 0
          ? Outcome.UNDECIDED
          : Outcome.of(matcher.matches(headers.data(), request.pathOffset(), request.pathLength()));
    }

    @Override
    public int cost() {
      return Condition.cost(matcher, 1);
    }

    @Override
    public String toString() {
      return "path " + matcher;
    }
  }

  /** The path fits a template. */
  record Template(PathMatcher matcher) implements Condition {
    @Override
    public Outcome test(RbacRequest request) {
      Headers headers = request.headers();
      return headers == null || request.pathLength() < 0
          ? Outcome.UNDECIDED
          : Outcome.of(matcher.matches(headers.data(), request.pathOffset(), request.pathLength()));
    }

    @Override
    public int cost() {
      return 50;
    }

    @Override
    public String toString() {
      return "path template " + matcher;
    }
  }

  /** Whose address is asked for. */
  enum Side {
    DESTINATION,
    SOURCE,
    DIRECT_REMOTE,
    REMOTE
  }

  /** An address is in a range. */
  record Ip(Side side, CidrRange range) implements Condition {
    @Override
    public Outcome test(RbacRequest request) {
      if (side == Side.REMOTE && !request.isWhole()) {
        return Outcome.UNDECIDED;
      }
      InetAddress address =
          switch (side) {
            case DESTINATION -> request.destinationAddress();
            case SOURCE -> request.sourceAddress();
            case DIRECT_REMOTE -> request.directRemoteAddress();
            case REMOTE -> request.remoteAddress();
          };
      return address == null ? Outcome.UNDECIDED : Outcome.of(range.contains(address));
    }

    @Override
    public String toString() {
      return switch (side) {
            case DESTINATION -> "destination_ip ";
            case SOURCE -> "source_ip ";
            case DIRECT_REMOTE -> "direct_remote_ip ";
            case REMOTE -> "remote_ip ";
          }
          + range;
    }
  }

  /** The destination's port is from {@code start} to below {@code end}. */
  record Port(int start, int end) implements Condition {
    @Override
    public Outcome test(RbacRequest request) {
      int port = request.destinationPort();
      return Outcome.of(port >= start && port < end);
    }

    @Override
    public int cost() {
      return 1;
    }

    @Override
    public String toString() {
      return "destination_port " + start + (end == start + 1 ? "" : " to " + (end - 1));
    }
  }

  /** The SNI. */
  record ServerName(StringMatcher matcher) implements Condition {
    @Override
    public Outcome test(RbacRequest request) {
      return Outcome.of(matcher.matches(request.serverName()));
    }

    @Override
    public String toString() {
      return "requested_server_name " + matcher;
    }
  }

  /**
   * TLS, and one of the URI or DNS names of the client's certificate, or its subject, passes.
   *
   * @param name null: TLS alone
   */
  record Authenticated(@Nullable StringMatcher name) implements Condition {
    @Override
    public Outcome test(RbacRequest request) {
      return Outcome.of(
          request.isTls()
              && (name == null
                  || any(name, request.uriSans())
                  || any(name, request.dnsSans())
                  || name.matches(request.subject())));
    }

    @Override
    public int cost() {
      return name == null ? 1 : Condition.cost(name, 5);
    }

    @Override
    public String toString() {
      return "authenticated" + (name == null ? "" : " " + name);
    }
  }

  /**
   * The client's certificate was checked, and has such a name.
   *
   * @param san null: any name
   */
  record ClientCertificate(@Nullable SanMatcher san) implements Condition {
    @Override
    public Outcome test(RbacRequest request) {
      return Outcome.of(request.isPeerValidated() && (san == null || request.hasSan(san)));
    }

    @Override
    public String toString() {
      return "client certificate" + (san == null ? "" : " " + san.type() + " " + san.matcher());
    }
  }

  /** Metadata that filters noted, or the route's. */
  record Metadata(MetadataMatcher matcher, boolean ofRoute) implements Condition {
    @Override
    public Outcome test(RbacRequest request) {
      if (!request.isWhole()) {
        return Outcome.UNDECIDED;
      }
      Value value =
          ofRoute
              ? request.routeMetadata(matcher.namespace(), matcher.path())
              : request.dynamicMetadata(matcher.namespace(), matcher.path());
      return Outcome.of(matcher.matches(value));
    }

    @Override
    public String toString() {
      return (ofRoute ? "route metadata " : "metadata ")
          + matcher.namespace()
          + " "
          + String.join(".", matcher.path());
    }
  }

  /** What filters noted under a key. */
  record FilterState(FilterStateMatcher matcher) implements Condition {
    @Override
    public Outcome test(RbacRequest request) {
      return request.isWhole()
          ? Outcome.of(matcher.matches(request.filterState(matcher.key())))
          : Outcome.UNDECIDED;
    }

    @Override
    public String toString() {
      return "filter_state " + matcher.key() + " " + matcher.value();
    }
  }

  /** An expression; what has no value, or one that is no Boolean, can't be decided. */
  record Cel(CelExpression expression) implements Condition {
    @Override
    public Outcome test(RbacRequest request) {
      return request.isWhole() && expression.evaluate(request.attributes()) instanceof Boolean holds
          ? Outcome.of(holds)
          : Outcome.UNDECIDED;
    }

    @Override
    public int cost() {
      return 100;
    }

    @Override
    public String toString() {
      return "condition " + expression;
    }
  }

  private static boolean any(StringMatcher matcher, List<String> names) {
    for (int i = 0, size = names.size(); i < size; i++) {
      if (matcher.matches(names.get(i))) {
        return true;
      }
    }
    return false;
  }

  private static String join(String word, List<Condition> conditions) {
    StringBuilder out = new StringBuilder();
    for (Condition condition : conditions) {
      boolean nested = condition instanceof All || condition instanceof OneOf;
      out.append(out.isEmpty() ? "" : word)
          .append(nested && conditions.size() > 1 ? "(" + condition + ")" : condition);
    }
    return out.toString();
  }
}
