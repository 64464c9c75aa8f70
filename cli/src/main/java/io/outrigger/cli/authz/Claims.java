package io.outrigger.cli.authz;

import com.google.protobuf.ListValue;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.outrigger.config.metadata.JsonStruct;
import io.outrigger.control.istio.RequestAuthentication.JwtRule;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a token claims; who signed it, nobody checks here. */
final class Claims {
  private Claims() {}

  /** Of a token (JWT), or of its payload as JSON; null: it is neither. */
  static @Nullable Struct parse(String text) {
    String[] parts = text.strip().split("\\.", -1);
    if (text.strip().startsWith("{") || parts.length != 3) {
      return JsonStruct.parse(text);
    }
    try {
      return JsonStruct.parse(
          new String(Base64.getUrlDecoder().decode(parts[1]), StandardCharsets.UTF_8));
    } catch (IllegalArgumentException notBase64) {
      return null;
    }
  }

  /** Why the workload's proxy refuses a token before any policy is asked; null: it doesn't. */
  static @Nullable String refusal(List<JwtRule> rules, Struct claims, long nowSeconds) {
    JwtRule rule = rule(rules, claims);
    String issuer = String.join("", texts(claims, List.of("iss")));
    if (rule == null) {
      return "no RequestAuthentication of the workload knows the token's issuer \""
          + issuer
          + "\", only "
          + rules.stream().map(JwtRule::issuer).toList();
    }
    if (!rule.audiences().isEmpty()
        && texts(claims, List.of("aud")).stream().noneMatch(rule.audiences()::contains)) {
      return "the token's audiences "
          + texts(claims, List.of("aud"))
          + " have none of "
          + rule.audiences();
    }
    Value expires = claims.getFieldsOrDefault("exp", Value.getDefaultInstance());
    // a minute of grace is what Envoy gives by default
    if (expires.hasNumberValue() && expires.getNumberValue() + 60 < nowSeconds) {
      return "the token has expired";
    }
    return null;
  }

  /** The claims as policies see them: texts of several words are lists, as the rule says. */
  static Struct seen(List<JwtRule> rules, Struct claims) {
    Struct.Builder out = claims.toBuilder();
    JwtRule rule = rule(rules, claims);
    for (String name : rule == null ? List.<String>of() : rule.spaceDelimitedClaims()) {
      Value value = claims.getFieldsOrDefault(name, Value.getDefaultInstance());
      if (value.hasStringValue()) {
        ListValue.Builder words = ListValue.newBuilder();
        for (String word : value.getStringValue().split(" ", -1)) {
          words.addValues(Value.newBuilder().setStringValue(word));
        }
        out.putFields(name, Value.newBuilder().setListValue(words).build());
      }
    }
    return out.build();
  }

  private static @Nullable JwtRule rule(List<JwtRule> rules, Struct claims) {
    for (JwtRule rule : rules) {
      if (texts(claims, List.of("iss")).contains(rule.issuer())) {
        return rule;
      }
    }
    return null;
  }

  /** The texts of a claim, one or a list of them. */
  static List<String> texts(@Nullable Struct claims, List<String> path) {
    List<String> out = new ArrayList<>();
    Struct at = claims;
    for (int i = 0; at != null && i < path.size(); i++) {
      Value value = at.getFieldsOrDefault(path.get(i), Value.getDefaultInstance());
      if (i < path.size() - 1) {
        at = value.hasStructValue() ? value.getStructValue() : null;
      } else if (value.hasStringValue()) {
        out.add(value.getStringValue());
      } else if (value.hasListValue()) {
        for (Value one : value.getListValue().getValuesList()) {
          if (one.hasStringValue()) {
            out.add(one.getStringValue());
          }
        }
      }
    }
    return out;
  }

  static boolean has(@Nullable Struct claims, List<String> path, String text) {
    return texts(claims, path).stream().anyMatch(value -> PolicyText.matches(text, value));
  }

  /** ISSUER/SUBJECT with a star at one end; the last slash divides, an issuer may have others. */
  static boolean isPrincipal(@Nullable Struct claims, String text) {
    int slash = text.lastIndexOf('/');
    String issuer = slash < 0 ? (text.startsWith("*") ? "*" : text) : text.substring(0, slash);
    String subject = slash < 0 ? (text.endsWith("*") ? "*" : text) : text.substring(slash + 1);
    return has(claims, List.of("iss"), issuer) && has(claims, List.of("sub"), subject);
  }

  static String name(@Nullable Struct claims) {
    return claims == null
        ? "none"
        : String.join("", texts(claims, List.of("iss")))
            + "/"
            + String.join("", texts(claims, List.of("sub")));
  }
}
