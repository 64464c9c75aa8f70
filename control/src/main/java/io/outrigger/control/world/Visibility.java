package io.outrigger.control.world;

import java.util.List;

/** The rule of Istio's exportTo lists. */
final class Visibility {
  private Visibility() {}

  /** Empty and {@code *} are everyone; {@code .} is the owner's namespace; {@code ~} is no one. */
  static boolean visible(List<String> exportTo, String owner, String caller) {
    if (exportTo.isEmpty()) {
      return true;
    }
    for (String to : exportTo) {
      if (to.equals("*") || to.equals(caller) || (to.equals(".") && owner.equals(caller))) {
        return true;
      }
    }
    return false;
  }
}
