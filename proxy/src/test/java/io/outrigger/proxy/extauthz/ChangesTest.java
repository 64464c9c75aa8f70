package io.outrigger.proxy.extauthz;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Struct;
import io.outrigger.config.http.HeaderName;
import io.outrigger.config.http.Headers;
import io.outrigger.config.route.HeaderMutationRules;
import io.outrigger.proxy.http.HeaderChange;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What a service may do to a request's headers and query. */
class ChangesTest {
  private final Headers headers = new Headers();

  private static CheckAnswer answer(
      List<HeaderChange> request,
      List<String> removed,
      List<Map.Entry<String, String>> query,
      List<String> queryRemoved) {
    return new CheckAnswer(
        CheckAnswer.Kind.OK,
        0,
        "",
        request,
        removed,
        List.of(),
        query,
        queryRemoved,
        Struct.getDefaultInstance(),
        false);
  }

  @Test
  void whatIsNoHeaderIsLeftOut() {
    HeaderChange smuggled = new HeaderChange("x-a", "1\r\nx-b: 2", HeaderChange.Action.SET);
    HeaderChange unnamed = new HeaderChange("x a", "1", HeaderChange.Action.SET);
    assertThat(HeaderChanges.areValid(List.of(smuggled))).isFalse();
    HeaderChanges.request(
        answer(List.of(smuggled, unnamed), List.of(), List.of(), List.of()), headers, null);
    HeaderChanges.denial(List.of(smuggled, unnamed), headers);
    assertThat(headers.size()).isZero();
  }

  @Test
  void aRequestKeepsWhatMakesItOne() {
    headers.add(":path", "/");
    headers.add(":authority", "h");
    headers.add("x-a", "1");
    boolean allowed =
        HeaderChanges.request(
            answer(
                List.of(new HeaderChange("x-envoy-b", "1", HeaderChange.Action.SET)),
                List.of(":path", "host", "", "x-a"),
                List.of(),
                List.of()),
            headers,
            HeaderMutationRules.DEFAULT);
    assertThat(allowed).isTrue();
    assertThat(headers.toString()).isEqualTo(":path: /\n:authority: h\n");
  }

  @Test
  void queriesArePutTogetherAnew() {
    headers.add(":path", "/p?z=1&a=2&a=3&gone&&b");
    QueryChanges.apply(
        answer(List.of(), List.of(), List.of(Map.entry("c", "4")), List.of("gone")), headers);
    assertThat(headers.value(HeaderName.PATH)).isEqualTo("/p?=&a=2&a=3&b=&c=4&z=1");
  }
}
