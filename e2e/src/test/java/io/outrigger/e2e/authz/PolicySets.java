package io.outrigger.e2e.authz;

import io.outrigger.testkit.TestTokens;
import java.util.ArrayList;
import java.util.List;

/** The policies of the truth table; PORT stands for the port of the listener that has them. */
final class PolicySets {
  private static final String FRONT = "cluster.local/ns/shop/sa/front";

  private PolicySets() {}

  /** A set a listener, each as a file of resources. */
  static List<String> all() {
    List<String> out = new ArrayList<>();
    out.add("");
    out.add(policy("none", "{}"));
    out.add(policy("nothing", "{action: DENY}"));
    out.add(allow("from: [{source: {principals: [" + FRONT + "]}}]"));
    out.add(allow("from: [{source: {principals: ['*/sa/front'], notNamespaces: [evil]}}]"));
    out.add(allow("from: [{source: {principals: ['cluster.local/ns/shop/*', '*/sa/back']}}]"));
    out.add(
        allow(
            "to: [{operation: {methods: [GET], paths: [/open, '/stock/*']}}, {operation: {methods:"
                + " ['P*'], paths: ['*/secret']}}]"));
    out.add(allow("to: [{operation: {notMethods: [DELETE, POST], notPaths: ['/admin*']}}]"));
    out.add(allow("to: [{operation: {hosts: ['*.example.com', web.shop], ports: ['PORT']}}]"));
    out.add(
        allow("to: [{operation: {ports: ['1']}}]")
            + deny("b", "to: [{operation: {notHosts: [api.example.com]}}]"));
    out.add(
        allow("from: [{source: {namespaces: ['*']}}]")
            + deny(
                "b",
                "from: [{source: {namespaces: ['ev*', o*r]}}], to: [{operation: {methods: [GET]}}]"));
    out.add(
        deny("b", "from: [{source: {notPrincipals: ['*']}}]")
            + deny("c", "when: [{key: 'request.headers[x-tier]', notValues: ['gold*']}]"));
    out.add(
        allow(
            "when: [{key: 'request.headers[x-tier]', values: ['*']}, {key: source.namespace, values:"
                + " [shop, other], notValues: [other]}]"));
    out.add(
        allow(
            "when: [{key: 'request.headers[x-tier]', values: ['go*', '*er']}, {key:"
                + " source.principal, notValues: ['*/admin']}]"));
    out.add(
        allow(
            "from: [{source: {ipBlocks: [127.0.0.0/30], notIpBlocks: [127.0.0.2]}}, {source:"
                + " {remoteIpBlocks: [10.0.0.0/8, 192.168.0.0/16]}}]"));
    out.add(
        allow(
                "when: [{key: destination.port, values: ['PORT']}, {key: destination.ip, values: [127.0.0.1]}]")
            + deny("b", "when: [{key: remote.ip, values: [10.0.0.1]}]")
            + deny("c", "when: [{key: source.ip, values: [127.9.0.0/16]}]"));
    out.add(allow("from: [{source: {serviceAccounts: [front, other/back]}}]"));
    out.add(
        allow(
                "from: [{source: {namespaces: [shop]}}], to: [{operation: {paths: ['/stock/{*}',"
                    + " '/admin/{**}']}}]")
            + policy(
                "b",
                "{rules: [{from: [{source: {notNamespaces: [shop]}}], to: [{operation: {methods: [GET]}}]}, {to: [{operation: {paths: [/open]}}]}]}"));
    out.add(
        policy("a", "{rules: [{}]}")
            + policy("root", "{action: DENY, rules: [{to: [{operation: {paths: ['/admin*']}}]}]}")
                .replace("namespace: shop", "namespace: istio-system")
            + policy("far", "{}").replace("namespace: shop", "namespace: other")
            + policy("else", "{selector: {matchLabels: {app: other}}}")
            + policy("audit", "{action: AUDIT, rules: [{}]}")
            + policy("tried", "{action: DENY, rules: [{}]}")
                .replace("shop}", "shop, annotations: {istio.io/dry-run: 'true'}}"));
    out.add(
        users()
            + allow(
                "from: [{source: {requestPrincipals: ['https://users//*'], principals: ['*']}}],"
                    + " when: [{key: 'request.auth.claims[scope]', values: [read]}]")
            + policy("open", "{rules: [{to: [{operation: {paths: [/open]}}]}]}"));
    out.add(
        users()
            + deny("b", "from: [{source: {notRequestPrincipals: ['*/alice']}}]")
            + deny(
                "c",
                "when: [{key: request.auth.audiences, values: [stock]}], to: [{operation: {methods: [POST]}}]"));
    out.add(deny("b", "from: [{source: {requestPrincipals: ['*']}}]")); // nobody checks tokens
    return out;
  }

  private static String users() {
    return """
        ---
        apiVersion: security.istio.io/v1
        kind: RequestAuthentication
        metadata: {name: users, namespace: shop}
        spec: {jwtRules: [{issuer: "https://users/", jwks: '%s'}]}
        """
        .formatted(TestTokens.jwks("rsa"));
  }

  private static String allow(String rule) {
    return policy("a", "{rules: [{" + rule + "}]}");
  }

  private static String deny(String name, String rule) {
    return policy(name, "{action: DENY, rules: [{" + rule + "}]}");
  }

  private static String policy(String name, String spec) {
    return """
        ---
        apiVersion: security.istio.io/v1
        kind: AuthorizationPolicy
        metadata: {name: %s, namespace: shop}
        spec: %s
        """
        .formatted(name, spec);
  }
}
