package io.outrigger.control.inject;

import io.fabric8.kubernetes.api.model.Quantity;
import io.outrigger.control.istio.AuthorizationPolicyReader;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** The forms that values of annotations have. */
final class AnnotationValues {
  /**
   * One form.
   *
   * @param allowed completes "must be"
   */
  record Form(String allowed, Predicate<String> test) {
    boolean allows(String value) {
      return test.test(value);
    }
  }

  static final Form BOOLEAN =
      new Form("true or false", value -> value.equals("true") || value.equals("false"));
  static final Form QUANTITY =
      new Form("an amount such as 100m, 2, 128Mi or 1Gi", AnnotationValues::isQuantity);
  static final Form COUNT =
      new Form(
          "a whole number from 0 to 65535",
          value -> value.matches("[0-9]{1,5}") && Integer.parseInt(value) <= 65535);
  static final Form TEXT =
      new Form("a text without spaces", value -> !value.isEmpty() && value.indexOf(' ') < 0);

  static final Form INTERFACES =
      list(
          "names of network interfaces with commas between",
          false,
          name -> name.matches("[A-Za-z0-9_.:@+-]{1,15}"));

  private AnnotationValues() {}

  static Form oneOf(List<String> words) {
    return new Form("one of " + String.join(", ", words), words::contains);
  }

  static Form ports(boolean orAll) {
    return list(
        "ports from 1 to 65535 with commas between" + (orAll ? ", * for all, or nothing" : ""),
        orAll,
        AnnotationValues::isPort);
  }

  static Form ranges(boolean orAll) {
    return list(
        "ranges such as 10.0.0.0/8 with commas between" + (orAll ? ", * for all, or nothing" : ""),
        orAll,
        AuthorizationPolicyReader::isBlock);
  }

  private static Form list(String allowed, boolean orAll, Predicate<String> item) {
    return new Form(
        allowed, value -> (orAll && value.equals("*")) || split(value).stream().allMatch(item));
  }

  /** The items of a list with commas; blanks around them don't count. */
  static List<String> split(String value) {
    List<String> out = new ArrayList<>();
    if (!value.isBlank()) {
      for (String item : value.split(",", -1)) {
        out.add(item.strip());
      }
    }
    return out;
  }

  static boolean isPort(String text) {
    return text.matches("[1-9][0-9]{0,4}") && Integer.parseInt(text) <= 65535;
  }

  /** An amount as Kubernetes writes them, and not less than nothing. */
  static boolean isQuantity(String text) {
    try {
      return !text.isBlank() && Quantity.getAmountInBytes(Quantity.parse(text)).signum() >= 0;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }
}
