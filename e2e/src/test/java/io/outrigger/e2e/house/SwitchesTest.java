package io.outrigger.e2e.house;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the proxy loads starts from the AOT cache: javac must not make call sites that can't. */
class SwitchesTest {
  private static final List<String> PACKAGES =
      List.of(
          "io.outrigger.api.",
          "io.outrigger.identity.",
          "io.outrigger.config.",
          "io.outrigger.xds.",
          "io.outrigger.proxy.");

  /** A class file names the bootstrap method's class in its constant pool, as plain text. */
  private static final String BOOTSTRAP = "java/lang/runtime/SwitchBootstraps";

  @Test
  void theDataPlaneHasNoPatternSwitch() {
    List<JavaClass> loaded =
        new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .importPackages("io.outrigger")
                .stream()
                .filter(c -> PACKAGES.stream().anyMatch(c.getName()::startsWith))
                .toList();
    for (String prefix : PACKAGES) {
      assertTrue(
          loaded.stream().anyMatch(c -> c.getName().startsWith(prefix)),
          "no class of " + prefix + " was looked at");
    }
    List<String> found =
        loaded.stream().filter(SwitchesTest::switches).map(JavaClass::getName).sorted().toList();
    assertTrue(
        found.isEmpty(),
        () ->
            found
                + " switch over type patterns. javac links such a switch through "
                + BOOTSTRAP
                + ", which the JDK's AOT cache does not keep: each one spins a class at the proxy's"
                + " start, 2 to 10 ms. Give the sealed interface a method, or write an if chain of"
                + " instanceof that ends in a throw. A switch over an enum's or a text's constants,"
                + " without `case null` and without patterns, is fine");
  }

  private static boolean switches(JavaClass from) {
    try (InputStream in = from.getSource().orElseThrow().getUri().toURL().openStream()) {
      return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1).contains(BOOTSTRAP);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
