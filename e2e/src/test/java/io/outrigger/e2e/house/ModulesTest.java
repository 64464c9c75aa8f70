package io.outrigger.e2e.house;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
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

  private static void check(ArchRule rule) {
    rule.check(ours);
  }
}
