package io.outrigger.config.compile;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ProblemsTest {
  @Test
  void joinsFieldPaths() {
    Problems problems = new Problems();
    problems.at("a").at("b", 2).at("c", "k").error("d", "is wrong");
    problems.at("a").ignored("e");
    assertThat(problems.list())
        .extracting(Object::toString)
        .containsExactly("a.b[2].c[\"k\"].d: is wrong", "a.e: is not supported and has no effect");
  }

  @Test
  void keepsTheFirstErrorOfAField() {
    Problems problems = new Problems();
    problems.error("a", "one");
    problems.error("a", "two");
    problems.warning("a", "three");
    assertThat(problems.list()).extracting(Problem::message).containsExactly("one", "three");
  }

  @Test
  void withholdsTheValueOfWhatHasErrors() {
    Problems problems = new Problems();
    problems.warning("a", "odd");
    assertThat(Compiled.of("value", problems).ok()).isTrue();
    problems.error("a", "wrong");
    assertThat(Compiled.of("value", problems).value()).isNull();
  }
}
