package io.outrigger.config.jwt;

import com.google.protobuf.ListValue;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.outrigger.config.metadata.JsonStruct;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A token in JWS compact form (RFC 7515 section 7.1), read and not yet checked. Immutable.
 *
 * @param status OK, or what is wrong with its form: then only this and what was read before holds
 * @param signed its first two parts, which are signed
 */
public record Jwt(
    JwtStatus status,
    JwtAlg alg,
    String keyId,
    Struct header,
    Struct payload,
    String encodedPayload,
    byte[] signed,
    byte[] signature,
    String issuer,
    String subject,
    List<String> audiences,
    long notBefore,
    long expires) {
  private static final double ABOVE_UINT64 = 0x1p64;
  private static final Pattern SPACE = Pattern.compile("[ \\t\\n\\x0b\\f\\r]+");
  private static final byte[] NOTHING = new byte[0];

  /** Reads a token. */
  public static Jwt parse(String token) {
    List<String> parts = parts(token);
    if (parts.size() != 3) {
      return broken(JwtStatus.BAD_FORMAT);
    }
    byte[] headerJson = decoded(parts.get(0));
    if (headerJson == null) {
      return broken(JwtStatus.HEADER_BAD_BASE64);
    }
    Struct header = JsonStruct.parse(headerJson);
    if (header == null) {
      return broken(JwtStatus.HEADER_BAD_JSON);
    }
    Value named = header.getFieldsMap().get("alg");
    if (named == null || !named.hasStringValue()) {
      return broken(JwtStatus.HEADER_BAD_ALG);
    }
    JwtAlg alg = JwtAlg.of(named.getStringValue());
    if (alg == null) {
      return broken(JwtStatus.HEADER_UNKNOWN_ALG);
    }
    String keyId = text(header, "kid");
    if (keyId == null) {
      return broken(JwtStatus.HEADER_BAD_KID);
    }
    String encodedPayload = parts.get(1);
    byte[] payloadJson = decoded(encodedPayload);
    if (payloadJson == null) {
      return broken(JwtStatus.PAYLOAD_BAD_BASE64);
    }
    Struct payload = JsonStruct.parse(payloadJson);
    if (payload == null) {
      return broken(JwtStatus.PAYLOAD_BAD_JSON);
    }
    JwtStatus claims = claims(payload);
    byte[] signature = decoded(parts.get(2));
    if (claims != JwtStatus.OK || signature == null) {
      return broken(claims != JwtStatus.OK ? claims : JwtStatus.SIGNATURE_BAD_BASE64);
    }
    String issuer = text(payload, "iss");
    String subject = text(payload, "sub");
    return new Jwt(
        JwtStatus.OK,
        alg,
        keyId,
        header,
        payload,
        encodedPayload,
        (parts.get(0) + '.' + encodedPayload).getBytes(StandardCharsets.ISO_8859_1),
        signature,
        issuer == null ? "" : issuer,
        subject == null ? "" : subject,
        audiences(payload),
        seconds(payload, "nbf"),
        seconds(payload, "exp"));
  }

  /** What stands between dots; as in Envoy, dots with nothing between them don't count. */
  private static List<String> parts(String token) {
    List<String> parts = new ArrayList<>(3);
    for (int at = 0; at < token.length(); ) {
      int dot = token.indexOf('.', at);
      int end = dot < 0 ? token.length() : dot;
      if (end > at) {
        parts.add(token.substring(at, end));
      }
      at = end + 1;
    }
    return parts;
  }

  private static Jwt broken(JwtStatus status) {
    Struct nothing = Struct.getDefaultInstance();
    return new Jwt(
        status, JwtAlg.RS256, "", nothing, nothing, "", NOTHING, NOTHING, "", "", List.of(), 0, 0);
  }

  /** Whether the registered claims are of their types (RFC 7519 section 4.1). */
  private static JwtStatus claims(Struct payload) {
    if (text(payload, "iss") == null) {
      return JwtStatus.ISS_NOT_STRING;
    }
    if (text(payload, "sub") == null) {
      return JwtStatus.SUB_NOT_STRING;
    }
    JwtStatus times = time(payload, "iat", JwtStatus.IAT_NOT_INTEGER, JwtStatus.IAT_OUT_OF_RANGE);
    if (times == JwtStatus.OK) {
      times = time(payload, "nbf", JwtStatus.NBF_NOT_INTEGER, JwtStatus.NBF_OUT_OF_RANGE);
    }
    if (times == JwtStatus.OK) {
      times = time(payload, "exp", JwtStatus.EXP_NOT_INTEGER, JwtStatus.EXP_OUT_OF_RANGE);
    }
    if (times != JwtStatus.OK) {
      return times;
    }
    if (text(payload, "jti") == null) {
      return JwtStatus.JTI_NOT_STRING;
    }
    Value audience = payload.getFieldsMap().get("aud");
    return audience == null || audience.hasStringValue() || isTexts(audience)
        ? JwtStatus.OK
        : JwtStatus.AUD_NOT_STRINGS;
  }

  private static boolean isTexts(Value value) {
    ListValue list = value.getListValue();
    for (int i = 0; i < list.getValuesCount(); i++) {
      if (!list.getValues(i).hasStringValue()) {
        return false;
      }
    }
    return value.hasListValue();
  }

  private static JwtStatus time(
      Struct payload, String name, JwtStatus notNumber, JwtStatus outOfRange) {
    Value value = payload.getFieldsMap().get(name);
    if (value == null) {
      return JwtStatus.OK;
    }
    if (!value.hasNumberValue()) {
      return notNumber;
    }
    double number = value.getNumberValue();
    return number < 0 || number >= ABOVE_UINT64 ? outOfRange : JwtStatus.OK;
  }

  private static long seconds(Struct payload, String name) {
    Value value = payload.getFieldsMap().get(name);
    return value == null ? 0 : (long) value.getNumberValue();
  }

  private static List<String> audiences(Struct payload) {
    Value value = payload.getFieldsMap().get("aud");
    if (value == null) {
      return List.of();
    }
    if (value.hasStringValue()) {
      return List.of(value.getStringValue());
    }
    List<String> texts = new ArrayList<>(value.getListValue().getValuesCount());
    for (Value each : value.getListValue().getValuesList()) {
      texts.add(each.getStringValue());
    }
    return texts;
  }

  /** Empty: it isn't there; null: it isn't text. */
  private static @Nullable String text(Struct from, String name) {
    Value value = from.getFieldsMap().get(name);
    return value == null ? "" : value.hasStringValue() ? value.getStringValue() : null;
  }

  /** As in Envoy, white space is passed over: what is signed still has it. */
  private static byte @Nullable [] decoded(String part) {
    try {
      return Base64.getUrlDecoder().decode(SPACE.matcher(part).replaceAll(""));
    } catch (IllegalArgumentException _) {
      return null;
    }
  }

  /** A claim by its name, or by names with dots between for one within objects; or null. */
  public @Nullable Value claim(String name) {
    Struct from = payload;
    int at = 0;
    for (int dot = name.indexOf('.'); dot >= 0; dot = name.indexOf('.', at)) {
      Value outer = from.getFieldsMap().get(name.substring(at, dot));
      if (outer == null || !outer.hasStructValue()) {
        return null;
      }
      from = outer.getStructValue();
      at = dot + 1;
    }
    return from.getFieldsMap().get(name.substring(at));
  }

  @Override
  public boolean equals(Object other) {
    return this == other;
  }

  @Override
  public int hashCode() {
    return System.identityHashCode(this);
  }
}
