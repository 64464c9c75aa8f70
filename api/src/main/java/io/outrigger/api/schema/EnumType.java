package io.outrigger.api.schema;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An enum: names and numbers. */
final class EnumType {
  private final Map<String, Integer> numbers;
  private final Map<Integer, String> names = new HashMap<>();

  /** {@code numbers} in the order of the proto. */
  EnumType(Map<String, Integer> numbers) {
    this.numbers = numbers;
    numbers.forEach((name, number) -> names.putIfAbsent(number, name));
  }

  /** The number of a name in any case, or null. */
  @Nullable Integer number(String name) {
    Integer exact = numbers.get(name);
    return exact != null ? exact : numbers.get(name.toUpperCase(Locale.ROOT));
  }

  @Nullable String name(int number) {
    return names.get(number);
  }

  List<String> all() {
    return List.copyOf(numbers.keySet());
  }
}
