package io.outrigger.control.debug;

import java.util.Map;

/** What the control plane watches beside its files. */
public final class SourcesPage {
  private SourcesPage() {}

  /**
   * Appends a line a kind: its name, and "watched" or why it isn't: then what was seen last is
   * served.
   */
  public static void print(StringBuilder out, String address, Map<String, String> state) {
    out.append(address).append('\n');
    state.forEach(
        (kind, trouble) ->
            out.append(kind)
                .append(": ")
                .append(trouble.isEmpty() ? "watched" : "STALE, " + trouble)
                .append('\n'));
  }
}
