package io.outrigger.control.definition;

import io.outrigger.control.resource.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Writes a file a definition into a folder, which {@code bin/crds} names. */
public final class Definitions {
  private static final String MADE =
      "# Made by bin/crds from what the control plane's readers ask for; not to be edited.\n";

  private Definitions() {}

  public static void main(String[] args) throws IOException {
    Path folder = Path.of(args[0]);
    for (Kind kind : Kind.values()) {
      if (kind.needsDefinition()) {
        Definition definition = Definition.of(kind);
        Files.writeString(
            folder.resolve(definition.name() + ".yaml"), MADE + YamlText.of(definition.tree()));
      }
    }
  }
}
