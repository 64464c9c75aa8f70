package io.outrigger.control.resource;

import java.util.List;

/** What a reader demands of a mapping's fields, beside what each of them is. */
public sealed interface Rule {
  /** The field must be there. */
  record Given(String field) implements Rule {}

  /** The list must be there, with an item at least. */
  record Some(String field) implements Rule {}

  /** At most one of the fields may be there. */
  record AtMostOne(List<String> fields) implements Rule {}
}
