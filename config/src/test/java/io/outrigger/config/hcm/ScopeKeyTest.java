package io.outrigger.config.hcm;

import static org.assertj.core.api.Assertions.assertThat;

import io.outrigger.config.http.HeaderName;
import io.outrigger.config.http.Headers;
import java.util.List;
import org.junit.jupiter.api.Test;

class ScopeKeyTest {
  private static final HeaderName TENANT = HeaderName.of("x-tenant");

  private static String key(String value, ScopeKey.Fragment... fragments) {
    Headers headers = new Headers();
    headers.add(TENANT, value);
    return new ScopeKey(List.of(fragments)).of(headers);
  }

  @Test
  void anElementByItsIndexOrWhatFollowsItsKey() {
    var second = new ScopeKey.Fragment(TENANT, ",", 1, null, "");
    var id = new ScopeKey.Fragment(TENANT, ",", 0, "id", "=");
    assertThat(key("a,b,c", second)).isEqualTo("b");
    assertThat(key("a", second)).isNull();
    assertThat(key("a,", second)).isEmpty();
    assertThat(key("x=1,id=2=3,id=4", id)).isEqualTo("2=3");
    assertThat(key("id", id)).isEmpty();
    assertThat(key("ident=1", id)).isNull();
  }

  @Test
  void allFragmentsAreNeeded() {
    var whole = new ScopeKey.Fragment(TENANT, "", 0, null, "");
    var other = new ScopeKey.Fragment(HeaderName.of("x-other"), "", 0, null, "");
    assertThat(key("a", whole, whole)).isEqualTo(ScopeKey.of(List.of("a", "a")));
    assertThat(key("a", whole, other)).isNull();
  }
}
