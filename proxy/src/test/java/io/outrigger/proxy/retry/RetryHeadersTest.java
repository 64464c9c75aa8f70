package io.outrigger.proxy.retry;

import static org.assertj.core.api.Assertions.assertThat;

import io.outrigger.config.http.HeaderName;
import io.outrigger.config.http.Headers;
import io.outrigger.config.route.RetryOn;
import org.junit.jupiter.api.Test;

class RetryHeadersTest {
  private static Headers request(String... namesAndValues) {
    Headers headers = new Headers();
    headers.add(":path", "/");
    for (int i = 0; i < namesAndValues.length; i += 2) {
      headers.add(namesAndValues[i], namesAndValues[i + 1]);
    }
    return headers;
  }

  @Test
  void eachListTakesItsOwnWords() {
    RetryHeaders asked =
        RetryHeaders.take(
            request(
                "x-envoy-retry-on",
                "5xx, unavailable,what",
                "x-envoy-retry-grpc-on",
                "5xx,cancelled"));
    assertThat(asked.conditions())
        .containsExactlyInAnyOrder(RetryOn.HTTP_5XX, RetryOn.GRPC_CANCELLED);
  }

  @Test
  void whatIsNoNumberIsLeftOut() {
    RetryHeaders asked =
        RetryHeaders.take(
            request(
                "x-envoy-max-retries", "many", "x-envoy-retriable-status-codes", "409, x,-1,599"));
    assertThat(asked.maxRetries()).isNegative();
    assertThat(asked.statusCodes()).containsExactlyInAnyOrder(409, 599);
  }

  @Test
  void nothingOfThemGoesUpstream() {
    Headers headers =
        request(
            "x-envoy-retry-on", "5xx",
            "x-envoy-retry-grpc-on", "internal",
            "x-envoy-max-retries", "3",
            "x-envoy-retriable-status-codes", "400",
            "x-envoy-retriable-header-names", "X-One, x-two");
    RetryHeaders asked = RetryHeaders.take(headers);
    assertThat(asked.maxRetries()).isEqualTo(3);
    assertThat(asked.headerNames()).containsExactly(HeaderName.of("x-one"), HeaderName.of("x-two"));
    assertThat(headers.size()).isEqualTo(1);
    assertThat(RetryHeaders.take(headers)).isSameAs(RetryHeaders.NONE);
  }
}
