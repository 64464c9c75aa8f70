package io.outrigger.api.yaml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class YamlTest {
  @Test
  void nodesKnowTheirPlaces() throws Exception {
    Node node = Objects.requireNonNull(Yaml.parse("f", "a:\n  - b: 1\n    c: two\n"));
    assertThat(node.locate("a[0].c").place()).isEqualTo(new Place("f", 3, 8));
    assertThat(node.locate("a[0].nothing").place()).isEqualTo(new Place("f", 2, 5));
    assertThat(node.locate("").place()).isEqualTo(new Place("f", 1, 1));
  }

  @Test
  void documentsAliasesAndMerges() throws Exception {
    List<Node> all =
        Yaml.parseAll("f", "a: &x {k: 1}\nb: *x\nc: {<<: *x, k: 2}\n---\n---\n# no\n---\nd: 4\n");
    assertThat(all).hasSize(2);
    Node.Mapping first = (Node.Mapping) all.get(0);
    assertThat(((Node.Scalar) first.locate("b.k")).text()).isEqualTo("1");
    assertThat(((Node.Scalar) first.locate("c.k")).text()).isEqualTo("2");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"a: [1", "a: b: c", "a:\n\t- b", "*none", "? [a]\n: b", "\"unclosed", "a: 'x\n"})
  void whatIsNotYamlHasAPlace(String text) {
    assertThatThrownBy(() -> Yaml.parseAll("f.yaml", text))
        .isInstanceOfSatisfying(
            YamlException.class, e -> assertThat(e.text()).startsWith("f.yaml:").contains(": "));
  }

  @Test
  void aTextThatGrowsByAliasesIsRefused() {
    StringBuilder text = new StringBuilder("a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n");
    for (int i = 1; i < 12; i++) {
      String before = "*a" + (i - 1);
      text.append(
          "a"
              + i
              + ": &a"
              + i
              + " ["
              + String.join(",", java.util.Collections.nCopies(10, before))
              + "]\n");
    }
    assertThatThrownBy(() -> Yaml.parseAll("f", text.toString()))
        .isInstanceOf(YamlException.class)
        .hasMessageContaining("aliases written out");
  }

  @Test
  void deepNestingIsRefused() {
    assertThatThrownBy(() -> Yaml.parseAll("f", "[".repeat(5000)))
        .isInstanceOf(YamlException.class);
  }

  @Test
  void suggestionsAreNear() {
    List<String> allowed = List.of("timeout", "retries", "weight");
    assertThat(Suggestion.nearest("timeuot", allowed)).isEqualTo("timeout");
    assertThat(Suggestion.nearest("timeOut", allowed)).isEqualTo("timeout");
    assertThat(Suggestion.nearest("xyz", allowed)).isNull();
  }
}
