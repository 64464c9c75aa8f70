package io.outrigger.cli.authz;

import io.outrigger.control.istio.AuthorizationPolicy.Condition;
import io.outrigger.control.istio.AuthorizationPolicy.Operation;
import io.outrigger.control.istio.AuthorizationPolicy.Rule;
import io.outrigger.control.istio.AuthorizationPolicy.Source;
import io.outrigger.control.istio.AuthorizationPolicy.Values;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Holds a request against rules of a policy, condition by condition. */
final class RuleTrial {
  private final AskedRequest request;
  private final String trustDomain;
  private final String namespace;

  /** How many conditions hold, and the first that doesn't; null: the rule matches. */
  record Result(int passed, @Nullable String failed) {
    boolean matches() {
      return failed == null;
    }
  }

  RuleTrial(AskedRequest request, String trustDomain, String namespace) {
    this.request = request;
    this.trustDomain = trustDomain;
    this.namespace = namespace;
  }

  Result of(Rule rule) {
    Result from = nearest(rule.from(), this::source);
    if (!from.matches()) {
      return from;
    }
    Result to = nearest(rule.to(), this::operation);
    int passed = from.passed + to.passed;
    if (!to.matches()) {
      return new Result(passed, to.failed);
    }
    Course when = new Course();
    rule.when().forEach(condition -> condition(when, condition));
    return new Result(passed + when.passed, when.failed);
  }

  /** One that matches, else the one in which most holds; no alternatives: all match. */
  private static <T> Result nearest(List<T> alternatives, Function<T, Result> trial) {
    Result best = alternatives.isEmpty() ? new Result(0, null) : null;
    for (T alternative : alternatives) {
      Result result = trial.apply(alternative);
      if (best == null || (!best.matches() && (result.matches() || result.passed > best.passed))) {
        best = result;
      }
    }
    return java.util.Objects.requireNonNull(best);
  }

  private Result source(Source source) {
    return new Course()
        .check("principals", source.principals(), this::isPrincipal, this::identity)
        .check(
            "requestPrincipals",
            source.requestPrincipals(),
            text -> Claims.isPrincipal(request.claims(), text),
            () -> Claims.name(request.claims()))
        .check("serviceAccounts", source.serviceAccounts(), this::isServiceAccount, this::identity)
        .check("namespaces", source.namespaces(), this::isNamespace, this::identity)
        .check("remoteIpBlocks", source.remoteIpBlocks(), this::isRemote, request::remoteAddress)
        .check("ipBlocks", source.ipBlocks(), this::isSource, request::saidAddress)
        .result();
  }

  private Result operation(Operation operation) {
    return new Course()
        .check("hosts", operation.hosts(), this::isHost, request::saidHost)
        .check(
            "methods",
            operation.methods(),
            text -> PolicyText.matches(text, request.method()),
            request::method)
        .check(
            "paths",
            operation.paths(),
            text -> PolicyText.matchesPath(text, request.plainPath()),
            request::plainPath)
        .check("ports", operation.ports(), this::isPort, request::saidPort)
        .result();
  }

  private void condition(Course course, Condition condition) {
    String key = condition.attribute().key();
    String header = request.header(condition.name());
    switch (condition.attribute()) {
      case REQUEST_HEADER ->
          course.check(
              key + "[" + condition.name() + "]",
              condition.values(),
              text -> header != null && (text.equals("*") || PolicyText.matches(text, header)),
              () -> header == null ? "not there" : header);
      case REQUEST_PRINCIPAL ->
          course.check(
              key,
              condition.values(),
              text -> Claims.isPrincipal(request.claims(), text),
              () -> Claims.name(request.claims()));
      case REQUEST_AUDIENCES -> claim(course, key, List.of("aud"), condition.values());
      case REQUEST_PRESENTER -> claim(course, key, List.of("azp"), condition.values());
      case REQUEST_CLAIM ->
          claim(
              course,
              key + "[" + condition.name() + "]",
              List.of(condition.name().split("\\]\\[", -1)),
              condition.values());
      case SOURCE_IP -> course.check(key, condition.values(), this::isSource, request::saidAddress);
      case REMOTE_IP ->
          course.check(key, condition.values(), this::isRemote, request::remoteAddress);
      case SOURCE_NAMESPACE ->
          course.check(key, condition.values(), this::isNamespace, this::identity);
      case SOURCE_PRINCIPAL ->
          course.check(key, condition.values(), this::isPrincipal, this::identity);
      case SOURCE_SERVICE_ACCOUNT ->
          course.check(key, condition.values(), this::isServiceAccount, this::identity);
      case DESTINATION_IP ->
          course.check(
              key,
              condition.values(),
              text -> PolicyText.matchesAddress(text, request.saidDestination()),
              request::saidDestination);
      case DESTINATION_PORT ->
          course.check(key, condition.values(), this::isPort, request::saidPort);
      case SNI ->
          course.check(
              key,
              condition.values(),
              text -> PolicyText.matches(text, request.serverName()),
              request::serverName);
    }
  }

  private void claim(Course course, String name, List<String> path, Values values) {
    course.check(
        name,
        values,
        text -> Claims.has(request.claims(), path, text),
        () -> Claims.texts(request.claims(), path).toString());
  }

  private String identity() {
    return request.principal().isEmpty() ? "none" : request.principal();
  }

  /** Policies leave the scheme out, and cluster.local stands for whatever the mesh is called. */
  private boolean isPrincipal(String text) {
    String local = "cluster.local/";
    String scheme = "spiffe://";
    String full =
        text.startsWith(local) ? trustDomain + "/" + text.substring(local.length()) : text;
    return text.equals("*")
        ? !request.principal().isEmpty()
        : request.principal().startsWith(scheme)
            && PolicyText.matches(full, request.principal().substring(scheme.length()));
  }

  private boolean isNamespace(String text) {
    String rest = after(request.principal(), "/ns/");
    int end = rest.indexOf('/');
    return end >= 0 && PolicyText.matchesStars(text, rest.substring(0, end));
  }

  private boolean isServiceAccount(String text) {
    int slash = text.indexOf('/');
    String wanted =
        (slash < 0 ? namespace : text.substring(0, slash)) + "/sa/" + text.substring(slash + 1);
    return after(request.principal(), "/ns/").equals(wanted);
  }

  private static String after(String text, String mark) {
    int at = text.indexOf(mark);
    return at < 0 ? "" : text.substring(at + mark.length());
  }

  private boolean isSource(String block) {
    return PolicyText.matchesAddress(block, request.saidAddress());
  }

  private boolean isRemote(String block) {
    return PolicyText.matchesAddress(block, request.remoteAddress());
  }

  private boolean isPort(String text) {
    return text.equals(request.saidPort());
  }

  private boolean isHost(String text) {
    return PolicyText.matches(
        text.toLowerCase(Locale.ROOT), request.saidHost().toLowerCase(Locale.ROOT));
  }

  /** Conditions of which all must hold, up to the first that doesn't. */
  private static final class Course {
    private int passed;
    private @Nullable String failed;

    Course check(String name, Values values, Predicate<String> matches, Supplier<String> found) {
      if (failed != null || values.isEmpty()) {
        return this;
      }
      if (!values.allowed().isEmpty() && values.allowed().stream().noneMatch(matches)) {
        failed = name + " must be one of " + values.allowed() + ", and is " + found.get();
      } else if (values.excluded().stream().anyMatch(matches)) {
        failed = name + " must be none of " + values.excluded() + ", and is " + found.get();
      } else {
        passed++;
      }
      return this;
    }

    Result result() {
      return new Result(passed, failed);
    }
  }
}
