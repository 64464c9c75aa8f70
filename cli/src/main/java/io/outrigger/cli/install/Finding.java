package io.outrigger.cli.install;

/**
 * What a look at a cluster found.
 *
 * @param remedy what to do about it; empty for nothing
 */
record Finding(Weight weight, String what, String remedy) {
  enum Weight {
    OK,
    WARNING,
    ERROR
  }

  static Finding ok(String what) {
    return new Finding(Weight.OK, what, "");
  }

  static Finding warning(String what, String remedy) {
    return new Finding(Weight.WARNING, what, remedy);
  }

  static Finding error(String what, String remedy) {
    return new Finding(Weight.ERROR, what, remedy);
  }

  @Override
  public String toString() {
    String word =
        switch (weight) {
          case OK -> "ok       ";
          case WARNING -> "warning  ";
          case ERROR -> "ERROR    ";
        };
    return word + what + (remedy.isEmpty() ? "" : "\n         " + remedy);
  }
}
