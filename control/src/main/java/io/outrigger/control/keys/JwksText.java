package io.outrigger.control.keys;

import io.outrigger.api.yaml.Node;
import io.outrigger.api.yaml.Yaml;
import io.outrigger.api.yaml.YamlException;
import org.jspecify.annotations.Nullable;

/** Reads what issuers publish: key sets and discovery documents. JSON is YAML too. */
public final class JwksText {
  private JwksText() {}

  /** Whether it is a JWKS with a key in it. */
  public static boolean hasKeys(String jwks) {
    return member(jwks, "keys") instanceof Node.Sequence keys && !keys.items().isEmpty();
  }

  /** The address of the keys in a discovery document (OpenID Connect Discovery section 3). */
  static @Nullable String jwksUri(String document) {
    return member(document, "jwks_uri") instanceof Node.Scalar uri ? uri.text() : null;
  }

  private static @Nullable Node member(String json, String name) {
    try {
      if (Yaml.parse("jwks", json) instanceof Node.Mapping object) {
        for (Node.Entry entry : object.entries()) {
          if (entry.key().equals(name)) {
            return entry.value();
          }
        }
      }
      return null;
    } catch (YamlException _) {
      return null;
    }
  }
}
