package io.outrigger.e2e.house;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The boundaries that ARCHITECTURE.md draws. */
class ModulesTest {
  private static JavaClasses ours;

  @BeforeAll
  static void read() {
    ours =
        new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.outrigger");
  }

  @Test
  void proxyAndControlMeetOnTheWireOnly() {
    check(
        noClasses()
            .that()
            .resideInAPackage("io.outrigger.proxy..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.outrigger.control.."));
    check(
        noClasses()
            .that()
            .resideInAPackage("io.outrigger.control..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.outrigger.proxy..", "io.outrigger.config.."));
  }

  @Test
  void theProtocolAndTheRecordsDoNoInputOrOutput() {
    check(
        noClasses()
            .that()
            .resideInAnyPackage("io.outrigger.xds..", "io.outrigger.config..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.netty..", "java.net.http..", "io.grpc.."));
  }

  @Test
  void theSidecarsClassPathHoldsNoSecondStack() {
    check(
        noClasses()
            .that()
            .resideInAPackage("io.outrigger.proxy..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.grpc..", "picocli..", "io.netty.handler.codec.http.."));
  }

  @Test
  void usersFiltersSeeNothingOfOurs() {
    check(
        noClasses()
            .that()
            .resideInAPackage("io.outrigger.filter")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                "io.outrigger.config..", "io.outrigger.proxy..", "io.netty..", "com.google.."));
  }

  @Test
  void namesSayWhatAThingIs() {
    check(
        classes()
            .that()
            .resideInAPackage("io.outrigger..")
            .and()
            .areTopLevelClasses()
            .should()
            .haveNameNotMatching(".*(Util|Utils|Helper|Impl|Base)"));
  }

  /**
   * javac links a switch over type patterns through a bootstrap method whose call sites the JDK's
   * AOT cache does not keep. A class file names it in its constant pool, as plain text.
   */
  @Test
  void whatTheProxyLoadsHasNoPatternSwitch() {
    String bootstrap = "java/lang/runtime/SwitchBootstraps";
    JavaClasses loaded =
        ours.that(
            JavaClass.Predicates.resideInAnyPackage(
                "io.outrigger.api..",
                "io.outrigger.identity..",
                "io.outrigger.config..",
                "io.outrigger.xds..",
                "io.outrigger.proxy.."));
    assertTrue(loaded.stream().anyMatch(c -> c.getSimpleName().equals("ProxyMain")));
    List<String> found =
        loaded.stream()
            .filter(c -> text(c).contains(bootstrap))
            .map(JavaClass::getName)
            .sorted()
            .toList();
    assertTrue(
        found.isEmpty(),
        () ->
            found
                + " switch over type patterns: each such switch spins a class at the proxy's start,"
                + " 2 to 10 ms, because the AOT cache keeps no call site of "
                + bootstrap
                + ". Give the sealed interface a method, or write an if chain of instanceof that"
                + " ends in a throw. A switch over constants of an enum or a text, without case"
                + " null, is fine");
  }

  private static String text(JavaClass from) {
    try (InputStream in = from.getSource().orElseThrow().getUri().toURL().openStream()) {
      return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void check(ArchRule rule) {
    rule.check(ours);
  }
}
