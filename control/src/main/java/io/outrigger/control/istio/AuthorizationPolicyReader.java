package io.outrigger.control.istio;

import io.outrigger.control.istio.AuthorizationPolicy.Action;
import io.outrigger.control.istio.AuthorizationPolicy.Attribute;
import io.outrigger.control.istio.AuthorizationPolicy.Condition;
import io.outrigger.control.istio.AuthorizationPolicy.Operation;
import io.outrigger.control.istio.AuthorizationPolicy.Rule;
import io.outrigger.control.istio.AuthorizationPolicy.Source;
import io.outrigger.control.istio.AuthorizationPolicy.Values;
import io.outrigger.control.resource.Fields;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Reads an AuthorizationPolicy. */
public final class AuthorizationPolicyReader {
  private static final String HEADER = "request.headers[";

  private AuthorizationPolicyReader() {}

  public static AuthorizationPolicy read(Fields fields) {
    Map<String, String> selector = fields.object("selector", f -> f.stringMap("matchLabels"));
    fields.unsupported("targetRef");
    fields.unsupported("targetRefs");
    Action action = fields.oneOf("action", Action.class, Action.ALLOW);
    String provider = fields.object("provider", f -> f.required("name"));
    if ((provider != null) != (action == Action.CUSTOM)) {
      fields.error(
          "provider",
          action == Action.CUSTOM ? "must be given with CUSTOM" : "is for CUSTOM alone");
    }
    return new AuthorizationPolicy(
        selector == null ? Map.of() : selector,
        action,
        provider == null ? "" : provider,
        fields.objects("rules", AuthorizationPolicyReader::rule));
  }

  private static Rule rule(Fields fields) {
    return new Rule(
        given("from", fields, fields.objects("from", f -> inner(f, "source", SOURCE))),
        given("to", fields, fields.objects("to", f -> inner(f, "operation", OPERATION))),
        given("when", fields, fields.objects("when", AuthorizationPolicyReader::condition)));
  }

  /** What failed to be read is left out; its error is told. */
  private static <T> List<T> given(String name, Fields fields, List<@Nullable T> read) {
    if (read.isEmpty() && fields.has(name)) {
      fields.error(name, "is empty; leave it out to match all");
    }
    List<T> out = new ArrayList<>();
    for (T one : read) {
      if (one != null) {
        out.add(one);
      }
    }
    return List.copyOf(out);
  }

  private static final java.util.function.Function<Fields, Source> SOURCE =
      AuthorizationPolicyReader::source;
  private static final java.util.function.Function<Fields, Operation> OPERATION =
      AuthorizationPolicyReader::operation;

  private static <T> @Nullable T inner(
      Fields fields, String name, java.util.function.Function<Fields, T> reader) {
    fields.given(name, "must be given");
    return fields.object(name, reader);
  }

  private static Source source(Fields fields) {
    Source source =
        new Source(
            values(fields, "principals", "notPrincipals", text -> !text.isEmpty(), "a principal"),
            values(
                fields,
                "requestPrincipals",
                "notRequestPrincipals",
                text -> !text.isEmpty(),
                "a principal of a token, ISSUER/SUBJECT"),
            values(fields, "namespaces", "notNamespaces", text -> !text.isEmpty(), "a namespace"),
            values(
                fields,
                "serviceAccounts",
                "notServiceAccounts",
                AuthorizationPolicyReader::isServiceAccount,
                "a service account, NAME or NAMESPACE/NAME"),
            values(fields, "ipBlocks", "notIpBlocks", AuthorizationPolicyReader::isBlock, BLOCK),
            values(
                fields,
                "remoteIpBlocks",
                "notRemoteIpBlocks",
                AuthorizationPolicyReader::isBlock,
                BLOCK));
    if (!source.serviceAccounts().isEmpty()
        && !(source.principals().isEmpty() && source.namespaces().isEmpty())) {
      fields.error("serviceAccounts", "can't stand beside principals or namespaces");
    }
    if (source.equals(
        new Source(Values.ANY, Values.ANY, Values.ANY, Values.ANY, Values.ANY, Values.ANY))) {
      fields.error("", "is empty; leave it out to match all");
    }
    return source;
  }

  private static final String BLOCK = "an IP address or a range such as 10.0.0.0/8";

  private static Operation operation(Fields fields) {
    Operation operation =
        new Operation(
            values(fields, "hosts", "notHosts", text -> !text.isEmpty(), "a host"),
            values(
                fields,
                "ports",
                "notPorts",
                AuthorizationPolicyReader::isPort,
                "a port, 1 to 65535"),
            values(fields, "methods", "notMethods", text -> !text.isEmpty(), "a method"),
            values(fields, "paths", "notPaths", PathPattern::isOne, PathPattern.WORDS));
    if (operation.equals(new Operation(Values.ANY, Values.ANY, Values.ANY, Values.ANY))) {
      fields.error("", "is empty; leave it out to match all");
    }
    return operation;
  }

  private static @Nullable Condition condition(Fields fields) {
    String key = fields.required("key");
    Values values = new Values(fields.strings("values"), fields.strings("notValues"));
    if (values.isEmpty()) {
      fields.error("", "must have values or notValues");
    }
    if (key.isEmpty()) {
      return null;
    }
    if (key.startsWith(HEADER) && key.endsWith("]") && key.length() > HEADER.length() + 1) {
      String name = key.substring(HEADER.length(), key.length() - 1).toLowerCase(Locale.ROOT);
      return new Condition(Attribute.REQUEST_HEADER, name, values);
    }
    String claim = claim(key);
    if (claim != null) {
      check(fields, Attribute.REQUEST_CLAIM, values);
      return new Condition(Attribute.REQUEST_CLAIM, claim, values);
    }
    for (Attribute attribute : Attribute.values()) {
      if (attribute != Attribute.REQUEST_HEADER
          && attribute != Attribute.REQUEST_CLAIM
          && attribute.key().equals(key)) {
        check(fields, attribute, values);
        return new Condition(attribute, "", values);
      }
    }
    if (key.startsWith("experimental.envoy.filters.")) {
      fields.error("key", "\"" + key + "\" isn't supported yet");
    } else {
      fields.error("key", "\"" + key + "\" isn't known");
    }
    return null;
  }

  /** The path of request.auth.claims[a][b]; null: the key is another. */
  private static @Nullable String claim(String key) {
    String before = Attribute.REQUEST_CLAIM.key() + "[";
    if (!key.startsWith(before) || !key.endsWith("]")) {
      return null;
    }
    String path = key.substring(before.length(), key.length() - 1);
    return path.isEmpty() || path.startsWith("]") || path.endsWith("[") ? null : path;
  }

  private static void check(Fields fields, Attribute attribute, Values values) {
    Predicate<String> test =
        switch (attribute) {
          case SOURCE_IP, REMOTE_IP, DESTINATION_IP -> AuthorizationPolicyReader::isBlock;
          case DESTINATION_PORT -> AuthorizationPolicyReader::isPort;
          case SOURCE_SERVICE_ACCOUNT -> AuthorizationPolicyReader::isServiceAccount;
          case REQUEST_HEADER,
              REQUEST_PRINCIPAL,
              REQUEST_AUDIENCES,
              REQUEST_PRESENTER,
              REQUEST_CLAIM,
              SOURCE_NAMESPACE,
              SOURCE_PRINCIPAL,
              SNI ->
              text -> !text.isEmpty();
        };
    all(fields, "values", values.allowed(), test, "a value of " + attribute.key());
    all(fields, "notValues", values.excluded(), test, "a value of " + attribute.key());
  }

  private static Values values(
      Fields fields, String name, String not, Predicate<String> test, String wanted) {
    Values values = new Values(fields.strings(name), fields.strings(not));
    all(fields, name, values.allowed(), test, wanted);
    all(fields, not, values.excluded(), test, wanted);
    return values;
  }

  private static void all(
      Fields fields, String name, List<String> texts, Predicate<String> test, String wanted) {
    if (texts.isEmpty() && fields.has(name)) {
      fields.error(name, "is empty; leave it out to match all");
    }
    for (String text : texts) {
      if (!test.test(text)) {
        fields.error(name, "\"" + text + "\" isn't " + wanted);
      }
    }
  }

  private static boolean isPort(String text) {
    return text.matches("[1-9][0-9]{0,4}") && Integer.parseInt(text) <= 65535;
  }

  private static boolean isServiceAccount(String text) {
    int slash = text.indexOf('/');
    return !text.isEmpty() && text.indexOf('*') < 0 && slash == text.lastIndexOf('/');
  }

  /** Whether this is an address, or a range of them. */
  public static boolean isBlock(String text) {
    int slash = text.indexOf('/');
    String bits = slash < 0 ? "0" : text.substring(slash + 1);
    try {
      InetAddress address = InetAddress.ofLiteral(slash < 0 ? text : text.substring(0, slash));
      return bits.matches("[0-9]{1,3}")
          && Integer.parseInt(bits) <= 8 * Objects.requireNonNull(address).getAddress().length;
    } catch (IllegalArgumentException notAnAddress) {
      return false;
    }
  }
}
