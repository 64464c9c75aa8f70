package io.outrigger.config.filter;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.outrigger.config.compile.Problems;
import io.outrigger.config.compile.TypedExtension;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Compiles what a TypedStruct says of a filter of a user's own. The field {@code outrigger} in it
 * is ours: how long a call may take, how many strikes it has, and what becomes of requests then.
 */
final class UserFilterCompiler {
  private static final String OURS = "outrigger";
  private static final String BUDGET = "budget_ms";
  private static final String STRIKES = "strikes";
  private static final String FAIL_OPEN = "failure_mode_allow";

  private static final double DEFAULT_BUDGET_MILLIS = 10;
  private static final int DEFAULT_STRIKES = 10;

  private UserFilterCompiler() {}

  /** Whether this names a filter that is neither Envoy's nor Istio's. */
  static boolean isUsers(TypedExtension extension) {
    return extension.struct()
        && !extension.type().isEmpty()
        && !extension.type().startsWith("envoy.")
        && !extension.isIstios();
  }

  static @Nullable UserFilterConfig compile(TypedExtension extension, Problems problems) {
    Struct struct;
    try {
      struct = Struct.parseFrom(extension.bytes());
    } catch (InvalidProtocolBufferException e) {
      problems.error("value", "cannot be read: " + e.getMessage());
      return null;
    }
    Map<String, Object> fields = new HashMap<>();
    Struct ours = Struct.getDefaultInstance();
    for (Map.Entry<String, Value> field : struct.getFieldsMap().entrySet()) {
      if (field.getKey().equals(OURS)) {
        ours = field.getValue().getStructValue();
      } else {
        put(fields, field.getKey(), field.getValue());
      }
    }
    Problems here = problems.at("value").at(OURS);
    for (String name : ours.getFieldsMap().keySet()) {
      if (!name.equals(BUDGET) && !name.equals(STRIKES) && !name.equals(FAIL_OPEN)) {
        here.error(name, "is no field; there are budget_ms, strikes and failure_mode_allow");
      }
    }
    double budget = number(ours, BUDGET, DEFAULT_BUDGET_MILLIS, 0.001, 10_000, here);
    double strikes = number(ours, STRIKES, DEFAULT_STRIKES, 1, 1_000_000, here);
    return new UserFilterConfig(
        extension.type(),
        fields,
        (long) (budget * 1_000_000),
        (int) strikes,
        ours.getFieldsOrDefault(FAIL_OPEN, Value.getDefaultInstance()).getBoolValue());
  }

  private static double number(
      Struct ours, String name, double otherwise, double least, double most, Problems problems) {
    Value given = ours.getFieldsMap().get(name);
    if (given == null) {
      return otherwise;
    }
    double value = given.getNumberValue();
    if (!given.hasNumberValue() || !(value >= least && value <= most)) {
      problems.error(name, "must be a number from " + least + " to " + most);
      return otherwise;
    }
    return value;
  }

  private static void put(Map<String, Object> fields, String name, Value value) {
    Object plain = plain(value);
    if (plain != null) {
      fields.put(name, plain);
    }
  }

  /** Null for null. */
  private static @Nullable Object plain(Value value) {
    return switch (value.getKindCase()) {
      case STRING_VALUE -> value.getStringValue();
      case NUMBER_VALUE -> value.getNumberValue();
      case BOOL_VALUE -> value.getBoolValue();
      case LIST_VALUE -> {
        List<Object> list = new ArrayList<>();
        for (Value one : value.getListValue().getValuesList()) {
          Object plain = plain(one);
          if (plain != null) {
            list.add(plain);
          }
        }
        yield List.copyOf(list);
      }
      case STRUCT_VALUE -> {
        Map<String, Object> map = new HashMap<>();
        value.getStructValue().getFieldsMap().forEach((key, one) -> put(map, key, one));
        yield Map.copyOf(map);
      }
      case NULL_VALUE, KIND_NOT_SET -> null;
    };
  }
}
