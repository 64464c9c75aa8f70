package io.outrigger.config.cel;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.api.expr.v1alpha1.CheckedExpr;
import com.google.api.expr.v1alpha1.Expr;
import com.google.api.expr.v1alpha1.Reference;
import io.outrigger.config.compile.Problems;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;

class ExprCompilerTest {
  private static final AttributeSource REQUEST =
      attribute -> attribute == Attribute.REQUEST_PATH ? "/p/x" : null;

  /** The first lines are what an Envoy 1.40 prints; the last are what it has switched off. */
  @Test
  void valuesAreThoseThatEnvoyPrints() throws IOException {
    SoftAssertions softly = new SoftAssertions();
    int lines = 0;
    for (String line : resource("/cel/values.txt").split("\n", -1)) {
      int arrow = line.lastIndexOf(" =>");
      if (arrow < 0) {
        continue;
      }
      lines++;
      Problems problems = new Problems();
      Object value =
          ExprCompiler.compile(CelParser.parse(line.substring(0, arrow)), problems)
              .evaluate(REQUEST);
      softly.assertThat(problems.list()).as(line).isEmpty();
      softly
          .assertThat(value instanceof CelError ? "-" : CelText.of(value))
          .as("%s: %s", line, value)
          .isEqualTo(line.substring(arrow + 3).strip());
    }
    softly.assertAll();
    assertThat(lines).isGreaterThan(120);
  }

  @Test
  void whatCanNeverBeDecidedIsRefusedByItsPath() {
    assertThat(problems(CelParser.parse("request.foo == 1 && bar && f(1) && 'a'.matches('(')")))
        .hasSize(4)
        .anyMatch(problem -> problem.contains("'foo' is not known of request; path, url_path,"))
        .anyMatch(problem -> problem.contains("'bar' is unknown; request, response,"))
        .anyMatch(problem -> problem.contains("'f' with 1 arguments is no function of CEL's"))
        .anyMatch(problem -> problem.contains("'(' is not a regular expression of RE2's grammar"))
        .anyMatch(problem -> problem.startsWith("call_expr.args[0].call_expr.args[0]"));
    Expr deep = CelParser.parse("true");
    for (int i = 0; i < 100; i++) {
      deep =
          Expr.newBuilder()
              .setCallExpr(Expr.Call.newBuilder().setFunction("!_").addArgs(deep))
              .build();
    }
    assertThat(problems(deep)).singleElement().asString().endsWith("is nested more than 64 deep");
  }

  @Test
  void loopsEnd() {
    String ten = "[0,1,2,3,4,5,6,7,8,9]";
    String loops = ten + ".all(a, " + ten + ".all(b, " + ten + ".all(c, " + ten;
    assertThat(evaluate(loops + ".all(d, " + ten + ".all(e, true)))))"))
        .isEqualTo(new CelError("takes too many steps"));
    String doubled = "'0123456789'";
    for (int i = 0; i < 14; i++) {
      doubled = "[" + doubled + "].map(x, x+x)[0]";
    }
    assertThat(evaluate(doubled)).isEqualTo(new CelError("becomes too long"));
  }

  @Test
  void aCheckedExpressionsConstantsAreItsReferences() {
    CheckedExpr checked =
        CheckedExpr.newBuilder()
            .setExpr(CelParser.parse("nobody.knows.it").toBuilder().setId(7))
            .putReferenceMap(
                7, Reference.newBuilder().setValue(CelParser.parse("true").getConstExpr()).build())
            .build();
    Problems problems = new Problems();
    assertThat(ExprCompiler.compile(checked, problems).evaluate(REQUEST)).isEqualTo(true);
    assertThat(problems.list()).isEmpty();
  }

  private static Object evaluate(String text) {
    return ExprCompiler.compile(CelParser.parse(text), new Problems()).evaluate(REQUEST);
  }

  private static List<String> problems(Expr expr) {
    Problems problems = new Problems();
    ExprCompiler.compile(expr, problems);
    return problems.list().stream().map(Object::toString).toList();
  }

  private static String resource(String name) throws IOException {
    try (InputStream in = ExprCompilerTest.class.getResourceAsStream(name)) {
      assertThat(in).isNotNull();
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
