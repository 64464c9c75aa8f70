package io.outrigger.cli.explain;

import java.util.ArrayList;
import java.util.List;

/** A heading and its settings. */
record Section(String heading, List<Setting> settings) {
  Section(String heading) {
    this(heading, new ArrayList<>());
  }

  Section add(String name, String value, String from) {
    settings.add(new Setting(name, value, from));
    return this;
  }
}
