package acme;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.outrigger.filter.FilterConfigException;
import io.outrigger.filter.testkit.FilterProxy;
import io.outrigger.filter.testkit.FilterTrial;
import io.outrigger.filter.testkit.Outcome;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HelloTest {
  @Test
  void greetsWithoutAProxy() throws Exception {
    FilterTrial trial = FilterTrial.of(new HelloProvider(), Map.of("unwanted", "mallory"));
    Outcome good = trial.request("GET", "/").header("x-user", "ann").run();
    assertEquals("hello", good.request().get("x-greeting"));
    assertEquals("yes", good.response().get("x-greeted"));
    Outcome bad = trial.request("GET", "/").header("x-user", "mallory").run();
    assertEquals(403, bad.decision().status());
    assertEquals(1, bad.counted("turned_away"));
  }

  @Test
  void refusesWhatItDoesNotKnow() {
    FilterConfigException refused =
        assertThrows(
            FilterConfigException.class,
            () -> FilterTrial.of(new HelloProvider(), Map.of("greating", "hi")));
    assertTrue(refused.getMessage().contains("greating is no field"));
  }

  @Test
  void greetsInARealProxy() throws Exception {
    try (FilterProxy proxy =
        FilterProxy.start(
            Path.of("target/classes"), "acme.filters.v1.Hello", "{greeting: ahoy}")) {
      HttpResponse<String> answer = proxy.get("/", "x-user", "ann");
      assertEquals(200, answer.statusCode());
      assertTrue(answer.body().contains("x-greeting: ahoy"), answer.body());
      assertEquals("yes", answer.headers().firstValue("x-greeted").orElse(""));
    }
  }
}
