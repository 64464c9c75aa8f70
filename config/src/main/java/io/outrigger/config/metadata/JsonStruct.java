package io.outrigger.config.metadata;

import com.google.protobuf.ListValue;
import com.google.protobuf.NullValue;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Reads JSON (RFC 8259) that comes from outside into a Struct. Its nesting is bounded, so it takes
 * time and memory in proportion to its length; a name that an object has twice is refused, as the
 * next reader may take the other one.
 */
public final class JsonStruct {
  private static final int DEEPEST = 100;

  private final String text;
  private int at;
  private int depth;

  private JsonStruct(String text) {
    this.text = text;
  }

  /** The object that these bytes are in UTF-8, or null: they are something else. */
  public static @Nullable Struct parse(byte[] json) {
    try {
      return parse(StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(json)).toString());
    } catch (CharacterCodingException _) {
      return null;
    }
  }

  /** The object that this text is, or null: it is something else. */
  public static @Nullable Struct parse(String json) {
    JsonStruct reader = new JsonStruct(json);
    reader.blanks();
    if (reader.peek() != '{') {
      return null;
    }
    Value value = reader.value();
    reader.blanks();
    return value == null || reader.at < json.length() ? null : value.getStructValue();
  }

  /** The next value, or null: there is none that could be read. */
  private @Nullable Value value() {
    blanks();
    return switch (peek()) {
      case '{' -> object();
      case '[' -> array();
      case '"' -> text();
      case 't' -> word("true", Value.newBuilder().setBoolValue(true));
      case 'f' -> word("false", Value.newBuilder().setBoolValue(false));
      case 'n' -> word("null", Value.newBuilder().setNullValue(NullValue.NULL_VALUE));
      default -> number();
    };
  }

  private @Nullable Value text() {
    String string = string();
    return string == null ? null : Value.newBuilder().setStringValue(string).build();
  }

  private @Nullable Value object() {
    at++;
    if (++depth > DEEPEST) {
      return null;
    }
    Struct.Builder fields = Struct.newBuilder();
    blanks();
    if (!take('}')) {
      do {
        blanks();
        String name = string();
        blanks();
        if (name == null || fields.containsFields(name) || !take(':')) {
          return null;
        }
        Value value = value();
        if (value == null) {
          return null;
        }
        fields.putFields(name, value);
        blanks();
      } while (take(','));
      if (!take('}')) {
        return null;
      }
    }
    depth--;
    return Value.newBuilder().setStructValue(fields).build();
  }

  private @Nullable Value array() {
    at++;
    if (++depth > DEEPEST) {
      return null;
    }
    ListValue.Builder values = ListValue.newBuilder();
    blanks();
    if (!take(']')) {
      do {
        Value value = value();
        if (value == null) {
          return null;
        }
        values.addValues(value);
        blanks();
      } while (take(','));
      if (!take(']')) {
        return null;
      }
    }
    depth--;
    return Value.newBuilder().setListValue(values).build();
  }

  private @Nullable Value word(String word, Value.Builder value) {
    if (!text.startsWith(word, at)) {
      return null;
    }
    at += word.length();
    return value.build();
  }

  private @Nullable Value number() {
    int from = at;
    take('-');
    int digits = digits();
    if (digits == 0 || (digits > 1 && text.charAt(at - digits) == '0')) {
      return null;
    }
    boolean whole = true;
    if (take('.')) {
      whole = false;
      if (digits() == 0) {
        return null;
      }
    }
    if (take('e') || take('E')) {
      whole = false;
      if (!take('+')) {
        take('-');
      }
      if (digits() == 0) {
        return null;
      }
    }
    String number = text.substring(from, at);
    double parsed =
        whole && number.length() < 16 ? Long.parseLong(number) : Double.parseDouble(number);
    return Double.isInfinite(parsed) ? null : Value.newBuilder().setNumberValue(parsed).build();
  }

  private int digits() {
    int from = at;
    while (peek() >= '0' && peek() <= '9') {
      at++;
    }
    return at - from;
  }

  private @Nullable String string() {
    if (!take('"')) {
      return null;
    }
    int from = at;
    StringBuilder escaped = null;
    while (at < text.length()) {
      char c = text.charAt(at);
      if (c == '"') {
        String rest = text.substring(from, at++);
        return escaped == null ? rest : escaped.append(rest).toString();
      }
      if (c < ' ') {
        return null;
      }
      at++;
      if (c == '\\') {
        escaped = escaped == null ? new StringBuilder() : escaped;
        escaped.append(text, from, at - 1);
        int unescaped = escape();
        if (unescaped < 0) {
          return null;
        }
        escaped.appendCodePoint(unescaped);
        from = at;
      }
    }
    return null;
  }

  /** What follows a backslash; below 0: nothing that may. */
  private int escape() {
    char c = peek();
    at++;
    return switch (c) {
      case '"', '\\', '/' -> c;
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case 'u' -> unicode();
      default -> -1;
    };
  }

  private int unicode() {
    int high = hex();
    if (high < Character.MIN_SURROGATE || high > Character.MAX_SURROGATE) {
      return high;
    }
    if (high > Character.MAX_HIGH_SURROGATE || !take('\\') || !take('u')) {
      return -1;
    }
    int low = hex();
    return low >= Character.MIN_LOW_SURROGATE && low <= Character.MAX_LOW_SURROGATE
        ? Character.toCodePoint((char) high, (char) low)
        : -1;
  }

  private int hex() {
    int value = 0;
    for (int i = 0; i < 4; i++) {
      int digit = Character.digit(peek(), 16);
      if (digit < 0 || peek() > 'f') {
        return -1;
      }
      value = value << 4 | digit;
      at++;
    }
    return value;
  }

  private void blanks() {
    while (at < text.length()) {
      char c = text.charAt(at);
      if (c != ' ' && c != '\t' && c != '\n' && c != '\r') {
        return;
      }
      at++;
    }
  }

  /** The next character; 0 at the end, which no rule takes. */
  private char peek() {
    return at < text.length() ? text.charAt(at) : 0;
  }

  private boolean take(char wanted) {
    if (peek() != wanted) {
      return false;
    }
    at++;
    return true;
  }
}
