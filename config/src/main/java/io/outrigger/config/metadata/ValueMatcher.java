package io.outrigger.config.metadata;

import com.google.protobuf.Value;
import io.outrigger.config.match.StringMatcher;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A test of one value of metadata. */
public sealed interface ValueMatcher {
  /** Whether the value, null where there is none, passes. */
  boolean matches(@Nullable Value value);

  /** null_match. */
  record Null() implements ValueMatcher {
    @Override
    public boolean matches(@Nullable Value value) {
      return value != null && value.hasNullValue();
    }
  }

  /** double_match: from {@code start} to below {@code end}, or {@code start} alone. */
  record Number(double start, double end, boolean exact) implements ValueMatcher {
    @Override
    public boolean matches(@Nullable Value value) {
      if (value == null || !value.hasNumberValue()) {
        return false;
      }
      double number = value.getNumberValue();
      return exact ? number == start : number >= start && number < end;
    }
  }

  /** string_match. */
  record Text(StringMatcher matcher) implements ValueMatcher {
    @Override
    public boolean matches(@Nullable Value value) {
      return value != null && value.hasStringValue() && matcher.matches(value.getStringValue());
    }
  }

  /** bool_match. */
  record Bool(boolean wanted) implements ValueMatcher {
    @Override
    public boolean matches(@Nullable Value value) {
      return value != null && value.hasBoolValue() && value.getBoolValue() == wanted;
    }
  }

  /** present_match. */
  record Present(boolean wanted) implements ValueMatcher {
    @Override
    public boolean matches(@Nullable Value value) {
      return wanted == (value != null);
    }
  }

  /** list_match: one of a list's values passes. */
  record OneOf(ValueMatcher matcher) implements ValueMatcher {
    @Override
    public boolean matches(@Nullable Value value) {
      if (value == null || !value.hasListValue()) {
        return false;
      }
      for (int i = 0; i < value.getListValue().getValuesCount(); i++) {
        if (matcher.matches(value.getListValue().getValues(i))) {
          return true;
        }
      }
      return false;
    }
  }

  /** or_match. */
  record Or(List<ValueMatcher> matchers) implements ValueMatcher {
    public Or {
      matchers = List.copyOf(matchers);
    }

    @Override
    public boolean matches(@Nullable Value value) {
      for (int i = 0, size = matchers.size(); i < size; i++) {
        if (matchers.get(i).matches(value)) {
          return true;
        }
      }
      return false;
    }
  }
}
