package io.outrigger.api.schema;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Base64;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Reads single values from text with the leniency of YAML 1.1 and of protobuf's JSON form. */
final class Scalars {
  /** YAML 1.1's words for true and false, and the quoted forms; null for anything else. */
  static @Nullable Boolean bool(String text) {
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "true", "y", "yes", "on" -> true;
      case "false", "n", "no", "off" -> false;
      default -> null;
    };
  }

  /** A whole number: decimal, 0x, 0o or leading-0 octal, or a float without a fraction. */
  static @Nullable Long integer(String text) {
    if (text.isEmpty() || text.length() > 40) {
      return null;
    }
    try {
      if (text.startsWith("0x") || text.startsWith("0X")) {
        return Long.parseLong(text.substring(2), 16);
      }
      if (text.startsWith("0o")) {
        return Long.parseLong(text.substring(2), 8);
      }
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      return fromDecimal(text);
    }
  }

  private static @Nullable Long fromDecimal(String text) {
    try {
      BigDecimal value = new BigDecimal(text);
      return Math.abs(value.scale()) > 40 ? null : value.longValueExact();
    } catch (ArithmeticException | NumberFormatException e) {
      return null;
    }
  }

  /** An unsigned 64-bit number in its signed form. */
  static @Nullable Long unsigned(String text) {
    try {
      BigInteger value = new BigInteger(text);
      return value.signum() < 0 || value.bitLength() > 64 ? null : value.longValue();
    } catch (NumberFormatException e) {
      return null;
    }
  }

  static @Nullable Double real(String text) {
    switch (text) {
      case "Infinity", ".inf" -> {
        return Double.POSITIVE_INFINITY;
      }
      case "-Infinity", "-.inf" -> {
        return Double.NEGATIVE_INFINITY;
      }
      case "NaN", ".nan" -> {
        return Double.NaN;
      }
      default -> {
        try {
          return text.endsWith("f") || text.endsWith("d") ? null : Double.valueOf(text);
        } catch (NumberFormatException e) {
          return null;
        }
      }
    }
  }

  static byte @Nullable [] base64(String text) {
    String plain = text.replaceAll("\\s", "");
    try {
      return Base64.getDecoder().decode(plain);
    } catch (IllegalArgumentException e) {
      try {
        return Base64.getUrlDecoder().decode(plain);
      } catch (IllegalArgumentException e2) {
        return null;
      }
    }
  }

  static boolean fits(FieldKind kind, long value) {
    return switch (kind) {
      case INT32, SINT32, SFIXED32 -> value == (int) value;
      case UINT32, FIXED32 -> value >= 0 && value <= 0xFFFF_FFFFL;
      default -> true;
    };
  }

  static String rangeOf(FieldKind kind) {
    return switch (kind) {
      case INT32, SINT32, SFIXED32 -> "from -2147483648 to 2147483647";
      case UINT32, FIXED32 -> "from 0 to 4294967295";
      case UINT64, FIXED64 -> "from 0 to 18446744073709551615";
      default -> "of 64 bits";
    };
  }

  private Scalars() {}
}
