package io.outrigger.proxy.jwt;

import com.google.protobuf.ListValue;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.outrigger.config.http.Headers;
import io.outrigger.config.jwt.Jwt;
import io.outrigger.config.jwt.JwtProvider;
import io.outrigger.proxy.accesslog.MetadataPiece;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** What of a good token goes into a request's headers, and how its payload goes into metadata. */
final class ClaimHeaders {
  private ClaimHeaders() {}

  static void remove(JwtProvider provider, Headers request) {
    if (provider.payloadHeader() != null) {
      request.remove(provider.payloadHeader());
    }
    for (int i = 0; i < provider.claimHeaders().size(); i++) {
      request.remove(provider.claimHeaders().get(i).header());
    }
  }

  /** Whether a claim has become a header. */
  static boolean add(JwtProvider provider, Jwt token, Headers request) {
    if (provider.payloadHeader() != null) {
      String payload = token.encodedPayload();
      int over = payload.length() % 4;
      request.add(
          provider.payloadHeader(),
          provider.padPayload() && over > 0 ? payload + "=".repeat(4 - over) : payload);
    }
    boolean added = false;
    for (int i = 0; i < provider.claimHeaders().size(); i++) {
      JwtProvider.ClaimHeader wanted = provider.claimHeaders().get(i);
      Value claim = token.claim(wanted.claim());
      String text = claim == null ? null : text(claim);
      if (text != null && !text.isEmpty()) {
        request.add(wanted.header(), text.getBytes(StandardCharsets.UTF_8));
        added = true;
      }
    }
    return added;
  }

  private static @Nullable String text(Value claim) {
    if (claim.hasNumberValue()) {
      return number(claim.getNumberValue());
    }
    String printed = claim.hasNullValue() ? null : MetadataPiece.text(claim);
    if (printed == null) {
      return null;
    }
    return claim.hasStructValue() || claim.hasListValue()
        ? Base64.getEncoder().encodeToString(printed.getBytes(StandardCharsets.UTF_8))
        : safe(printed);
  }

  /** Whole numbers as such, others with six digits after the point. */
  private static String number(double number) {
    long whole = (long) number;
    return whole == number
        ? Long.toString(whole)
        : new BigDecimal(number).setScale(6, RoundingMode.HALF_EVEN).toPlainString();
  }

  /** A claim's line ends and NUL would end its header: such a claim becomes none. */
  private static @Nullable String safe(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if ((c < ' ' && c != '\t') || c == 0x7f) {
        return null;
      }
    }
    return text;
  }

  /** The payload as metadata has it: with lists in place of texts that blanks divide. */
  static Struct normalized(JwtProvider provider, Struct payload) {
    Struct.Builder changed = null;
    for (String name : provider.spaceDelimited()) {
      Value claim = payload.getFieldsMap().get(name);
      if (claim != null && claim.hasStringValue()) {
        ListValue.Builder list = ListValue.newBuilder();
        for (String part : claim.getStringValue().split(" ", -1)) {
          if (!part.isEmpty()) {
            list.addValues(Value.newBuilder().setStringValue(part));
          }
        }
        changed = changed == null ? payload.toBuilder() : changed;
        changed.putFields(name, Value.newBuilder().setListValue(list).build());
      }
    }
    return changed == null ? payload : changed.build();
  }
}
