package io.outrigger.proxy.tracing;

import static org.assertj.core.api.Assertions.assertThat;

import io.outrigger.config.http.Headers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PropagationTest {
  private static final String TRACE = "80f198ee56343ba864fe8b2a57d3eff7";
  private static final String SPAN = "e457b5a2e4d86bd1";

  @ParameterizedTest
  @CsvSource({
    TRACE
        + "-"
        + SPAN
        + "-1-05e3ac9a4f6e3b90, 1, "
        + TRACE
        + "-0000000000000001-1-0000000000000002",
    TRACE + "-" + SPAN + "-d, 1, " + TRACE + "-0000000000000001-1-0000000000000002",
    TRACE + "-" + SPAN + ", 1, " + TRACE + "-0000000000000001-0-0000000000000002",
    TRACE + "-" + SPAN + "-05e3ac9a4f6e3b90, 1, " + TRACE + "-0000000000000001-0-0000000000000002",
    "64fe8b2a57d3eff7-" + SPAN + "-0, 1, 64fe8b2a57d3eff7-0000000000000001-0-0000000000000002",
    "0, 0, ''",
    "x, 2, ''",
    "'', 2, ''",
    TRACE + "-, 2, ''",
    TRACE + "-" + SPAN + "-, 2, ''",
    TRACE + "-" + SPAN + "-1-, 2, ''",
    TRACE + "-" + SPAN + "-1-05e3ac9a4f6e3b9, 2, ''",
    TRACE + "-" + SPAN + "-x, 2, ''",
    "g0f198ee56343ba864fe8b2a57d3eff7-" + SPAN + ", 2, ''",
  })
  void theSingleHeaderOfB3(String value, int expected, String next) {
    Headers headers = new Headers();
    headers.add("b3", value);
    TraceContext context = new TraceContext();
    B3 b3 = new B3();

    int found = b3.extract(headers, context);

    assertThat(found).isEqualTo(expected);
    if (found == Propagation.PARENT) {
      context.sampled = context.asked == TraceContext.YES;
      b3.inject(headers, context, 1, 2);
      assertThat(headers.toString()).isEqualTo("b3: " + next + "\n");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "00-" + TRACE + "-" + SPAN + "-01, 1",
    "00-" + TRACE + "-" + SPAN + "-00, 1",
    "00-" + TRACE + "-" + SPAN + "-0, 2",
    "00-" + TRACE + "-" + SPAN + "-011, 2",
    "00_" + TRACE + "-" + SPAN + "-01, 2",
    "00-" + TRACE + "-0000000000000000-01, 2",
    "0x-" + TRACE + "-" + SPAN + "-01, 2",
    "'', 2",
  })
  void traceparent(String value, int expected) {
    Headers headers = new Headers();
    headers.add("traceparent", value);
    TraceContext context = new TraceContext();

    assertThat(new TraceParent().extract(headers, context)).isEqualTo(expected);
  }

  @Test
  void aRequestIdThatIsNoUuidSaysNothing() {
    Headers headers = new Headers();
    headers.add("x-request-id", "zzd230f8-1515-99a1-b10b-cae83968966a");
    assertThat(TraceReason.slot(headers)).isNegative();

    headers.set(
        io.outrigger.config.http.HeaderName.X_REQUEST_ID, "00002711-1515-99a1-b10b-cae83968966a");
    int slot = TraceReason.slot(headers);
    assertThat(TraceReason.of(headers, slot)).isEqualTo(TraceReason.SAMPLING);
    assertThat(TraceReason.number(headers, slot)).isEqualTo(1); // 10,001
  }
}
