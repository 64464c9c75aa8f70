package io.outrigger.control.resource;

import java.util.List;

/** As what a reader asks for a value. */
public sealed interface Ask {
  /** The field is known, and no more is asked: it is refused, has no effect, or is passed over. */
  record Known() implements Ask {}

  /** As it stands, for the reader to look at itself. */
  record Node() implements Ask {}

  /** A text; {@code filled}: not an empty one. */
  record Text(boolean filled) implements Ask {}

  /** True or false. */
  record Flag() implements Ask {}

  /** A text that {@link Durations} reads. */
  record Duration() implements Ask {}

  /** A whole number. */
  record Whole(int min, int max) implements Ask {}

  /** A number. */
  record Real(double min, double max) implements Ask {}

  /** One of some words. */
  record Word(List<String> words) implements Ask {}

  /** A list. */
  record Items() implements Ask {}

  /** A mapping whose keys are the user's own. */
  record Entries() implements Ask {}

  /** A mapping with fields. */
  record Mapping() implements Ask {}
}
