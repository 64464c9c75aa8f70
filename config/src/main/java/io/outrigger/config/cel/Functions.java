package io.outrigger.config.cel;

import com.google.protobuf.ByteString;
import com.google.re2j.Pattern;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** CEL's standard functions, by name and number of arguments. */
final class Functions {
  /** An empty message becomes that of the function. */
  static final CelError NONE = new CelError("");

  /** What is put together grows no longer. */
  private static final int LONGEST = 64 * 1024;

  private Functions() {}

  /** Null: there is no such function. */
  static Function.@Nullable Body find(String name, int arguments) {
    Function.Body time = arguments == 1 || arguments == 2 ? TimeFunctions.find(name) : null;
    if (time != null) {
      return time;
    }
    return switch (arguments) {
      case 1 -> unary(name);
      case 2 -> binary(name);
      default -> null;
    };
  }

  private static Function.@Nullable Body unary(String name) {
    return switch (name) {
      case "!_" -> a -> a[0] instanceof Boolean holds ? (Object) !holds : NONE;
      case "-_" -> a -> negative(a[0]);
      case "size" -> a -> size(a[0]);
      case "type" -> a -> CelType.of(a[0]);
      default -> Conversions.find(name);
    };
  }

  private static Function.@Nullable Body binary(String name) {
    return switch (name) {
      case "_==_" -> a -> CelValues.equal(a[0], a[1]);
      case "_!=_" -> a -> !CelValues.equal(a[0], a[1]);
      case "_<_" -> a -> ordered(a, -1, -1);
      case "_<=_" -> a -> ordered(a, -1, 0);
      case "_>_" -> a -> ordered(a, 1, 1);
      case "_>=_" -> a -> ordered(a, 1, 0);
      case "_+_" -> a -> plus(a[0], a[1]);
      case "_-_" -> a -> minus(a[0], a[1]);
      case "_*_", "_/_", "_%_" -> a -> Arithmetic.of(name.charAt(1), a[0], a[1]);
      case "@in", "_in_", "in" -> a -> in(a[0], a[1]);
      case "_[_]" -> a -> at(a[0], a[1]);
      case "contains" -> a -> texts(a) ? ((String) a[0]).contains((String) a[1]) : NONE;
      case "startsWith" -> a -> texts(a) ? ((String) a[0]).startsWith((String) a[1]) : NONE;
      case "endsWith" -> a -> texts(a) ? ((String) a[0]).endsWith((String) a[1]) : NONE;
      default -> null;
    };
  }

  /** The function {@code matches} with this pattern. */
  static Function.Body matches(Pattern pattern) {
    return a -> a[0] instanceof String text ? pattern.matcher(text).find() : NONE;
  }

  private static boolean texts(Object[] arguments) {
    return arguments[0] instanceof String && arguments[1] instanceof String;
  }

  /** Whether they compare like one of these. */
  private static Object ordered(Object[] arguments, int wanted, int alsoWanted) {
    int compared = CelValues.compare(arguments[0], arguments[1]);
    if (compared == CelValues.UNORDERED) {
      boolean numbers = CelValues.isNumber(arguments[0]) && CelValues.isNumber(arguments[1]);
      return numbers ? (Object) false : NONE;
    }
    int sign = Integer.signum(compared);
    return sign == wanted || sign == alsoWanted;
  }

  private static Object negative(Object value) {
    return value instanceof Double number
        ? (Object) (-number)
        : value instanceof Long ? Arithmetic.of('-', 0L, value) : NONE;
  }

  private static Object plus(Object one, Object other) {
    if (one instanceof String left && other instanceof String right) {
      return left.length() + right.length() > LONGEST ? tooLong() : left.concat(right);
    }
    if (one instanceof ByteString left && other instanceof ByteString right) {
      return left.size() + right.size() > LONGEST ? tooLong() : left.concat(right);
    }
    if (one instanceof List<?> left && other instanceof List<?> right) {
      if (left.size() + right.size() > LONGEST) {
        return tooLong();
      }
      List<Object> all = new ArrayList<>(left);
      all.addAll(right);
      return all;
    }
    if (one instanceof Duration && other instanceof Instant) {
      return plus(other, one);
    }
    if (other instanceof Duration length) {
      return one instanceof Instant from
          ? TimeFunctions.plus(from, length)
          : one instanceof Duration first ? TimeFunctions.plus(first, length) : NONE;
    }
    return Arithmetic.of('+', one, other);
  }

  private static CelError tooLong() {
    return new CelError("becomes too long");
  }

  private static Object minus(Object one, Object other) {
    if (one instanceof Instant to && other instanceof Instant from) {
      return Duration.between(from, to);
    }
    if (other instanceof Duration length) {
      return plus(one, length.negated());
    }
    return Arithmetic.of('-', one, other);
  }

  private static Object in(Object value, Object where) {
    if (where instanceof List<?> list) {
      for (Object one : list) {
        if (CelValues.equal(value, one)) {
          return true;
        }
      }
      return false;
    }
    return where instanceof CelMap map ? map.get(CelValues.key(value)) != null : NONE;
  }

  private static Object at(Object of, Object index) {
    if (of instanceof CelMap map) {
      Object found = map.get(CelValues.key(index));
      return found == null ? CelError.noSuchKey(index) : found;
    }
    if (of instanceof List<?> list && CelValues.key(index) instanceof Long at) {
      return at < 0 || at >= list.size()
          ? new CelError("index out of bounds: " + at)
          : list.get((int) (long) at);
    }
    return NONE;
  }

  private static Object size(Object value) {
    if (value instanceof String text) {
      return (long) text.codePointCount(0, text.length());
    }
    if (value instanceof ByteString bytes) {
      return (long) bytes.size();
    }
    Collection<?> all =
        value instanceof List<?> list ? list : value instanceof CelMap map ? map.keys() : null;
    return all == null ? NONE : (Object) (long) all.size();
  }
}
