package io.outrigger.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SpiffeIdTest {
  @Test
  void aWorkloadsIdIsReadAndWritten() {
    SpiffeId id = SpiffeId.parse("spiffe://cluster.local/ns/shop/sa/reviews-v2.canary");
    assertThat(id).isEqualTo(new SpiffeId("cluster.local", "shop", "reviews-v2.canary"));
    assertThat(id.uri()).isEqualTo("spiffe://cluster.local/ns/shop/sa/reviews-v2.canary");
    assertThat(id.sameWorkload(new SpiffeId("other", "shop", "reviews-v2.canary"))).isTrue();
    assertThat(id.sameWorkload(new SpiffeId("cluster.local", "shop", "ratings"))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "spiffe://",
        "https://cluster.local/ns/a/sa/b",
        "spiffe://cluster.local/ns/a/sa/",
        "spiffe://cluster.local/ns//sa/b",
        "spiffe:///ns/a/sa/b",
        "spiffe://cluster.local/ns/a/sa/b/",
        "spiffe://cluster.local/ns/a/sa/b/c",
        "spiffe://cluster.local/NS/a/sa/b",
        "spiffe://cluster.local/ns/A/sa/b",
        "spiffe://cluster.local/ns/../sa/b",
        "spiffe://cluster.local/ns/a%2fb/sa/b",
        "spiffe://cluster.local/ns/a/sa/b?x=1",
        "spiffe://cluster.local/ns/a/sa/b#x",
        "spiffe://user@cluster.local/ns/a/sa/b",
        "spiffe://cluster.local:80/ns/a/sa/b",
        "spiffe://cluster.local/ns/a/sa/b\n",
        "spiffe://cluster.local/ns/a/sa/-b"
      })
  void whatIsNoWorkloadsIdIsRefused(String uri) {
    assertThatThrownBy(() -> SpiffeId.parse(uri)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void longNamesAreRefused() {
    String name = "a".repeat(254);
    assertThatThrownBy(() -> new SpiffeId("cluster.local", "a", name))
        .hasMessageContaining("service account")
        .hasMessageContaining("up to 253");
  }
}
