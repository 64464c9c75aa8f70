package io.outrigger.e2e.smuggling;

import static org.assertj.core.api.Assertions.assertThat;

import io.outrigger.e2e.differential.ProxyUnderTest;
import io.outrigger.testkit.FreePorts;
import io.outrigger.testkit.RawClient;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.assertj.core.api.SoftAssertions;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every case of the tables gets its verdict, and whatever the verdict: what reaches the upstream is
 * unambiguous, and the client gets an answer for each request that got there, and for no other.
 */
final class SmugglingTest {
  private static final Pattern RESPONSE =
      Pattern.compile("HTTP/1\\.1 (\\d{3})[^\\r]*\\r\\n((?:[^\\r\\n]+\\r\\n)*)\\r\\n");
  private static final Pattern LENGTH = Pattern.compile("(?i)content-length: (\\d+)");

  @TempDir Path directory;

  @Test
  void requests() throws IOException {
    run("requests.txt", false);
  }

  @Test
  void responses() throws IOException {
    run("responses.txt", true);
  }

  private void run(String table, boolean fromUpstream) throws IOException {
    List<Case> cases = cases(table);
    List<String> ours = verdicts("outrigger", cases, fromUpstream);
    List<String> envoys = verdicts("envoy", cases, fromUpstream);
    SoftAssertions softly = new SoftAssertions();
    for (int i = 0; i < cases.size(); i++) {
      Case one = cases.get(i);
      softly.assertThat(ours.get(i)).as(one.name()).isEqualTo(one.verdict());
      softly
          .assertThat(envoys.get(i))
          .as("%s: what Envoy does", one.name())
          .isEqualTo(one.envoy() == null ? one.verdict() : one.envoy());
    }
    softly.assertAll();
    assertThat(cases).hasSizeGreaterThan(30);
  }

  private List<String> verdicts(String who, List<Case> cases, boolean fromUpstream)
      throws IOException {
    List<String> out = new ArrayList<>();
    List<Integer> free = FreePorts.find(2);
    Map<String, Integer> ports = Map.of("admin", free.get(0), "in", free.get(1));
    Path own = Files.createDirectories(directory.resolve(who));
    try (StrictUpstream upstream = new StrictUpstream()) {
      String yaml =
          text("proxy.yaml")
              .replace("{{admin}}", ports.get("admin").toString())
              .replace("{{in}}", ports.get("in").toString())
              .replace("{{a}}", Integer.toString(upstream.port()));
      try (ProxyUnderTest proxy =
          who.equals("envoy")
              ? ProxyUnderTest.envoy(yaml, ports, own)
              : ProxyUnderTest.outrigger(yaml, ports, own)) {
        for (Case one : cases) {
          out.add(fromUpstream ? response(upstream, proxy, one) : request(upstream, proxy, one));
        }
      }
      if (who.equals("outrigger")) {
        assertThat(upstream.liberties()).as("what reached the upstream").isEmpty();
      }
    }
    return out;
  }

  /**
   * The case's bytes, then a request of this test's on the same connection, then one on another.
   */
  private static String request(StrictUpstream upstream, ProxyUnderTest proxy, Case one)
      throws IOException {
    try (RawClient client = new RawClient(proxy.port("in"))) {
      client.send(one.bytes());
      client.send("GET /last HTTP/1.1\r\nhost: h\r\nconnection: close\r\n\r\n");
      String verdict = answers(client.rest());
      String wrong = probe(proxy);
      List<String> seen = upstream.takeTargets();
      seen.remove("/probe");
      List<String> answered =
          Pattern.compile("200 (/\\S+?)(?:,|$)")
              .matcher(verdict)
              .results()
              .map(result -> result.group(1))
              .toList();
      return verdict + wrong + (seen.equals(answered) ? "" : "; the upstream saw " + seen);
    }
  }

  /** The upstream answers /a by the case's bytes; another request follows on the connection. */
  private static String response(StrictUpstream upstream, ProxyUnderTest proxy, Case one)
      throws IOException {
    upstream.answer(one.bytes());
    try (RawClient client = new RawClient(proxy.port("in"))) {
      String method = one.name().startsWith("HEAD") ? "HEAD" : "GET";
      client.send(method + " /a HTTP/1.1\r\nhost: h\r\n\r\n");
      String first = client.response(method.equals("HEAD"));
      String verdict = first.isEmpty() ? "closed" : answers(first);
      upstream.answer("");
      return verdict + probe(proxy);
    }
  }

  /** What is wrong, if a request on another connection isn't answered as itself. */
  private static String probe(ProxyUnderTest proxy) throws IOException {
    try (RawClient client = new RawClient(proxy.port("in"))) {
      client.send("GET /probe HTTP/1.1\r\nhost: h\r\nconnection: close\r\n\r\n");
      String answer = answers(client.rest());
      return answer.equals("200 /probe") ? "" : "; the next request got " + answer;
    }
  }

  /** Statuses with their bodies, where they have one that echoes a target. */
  private static String answers(String text) {
    List<String> out = new ArrayList<>();
    Matcher matcher = RESPONSE.matcher(text);
    int from = 0;
    while (matcher.find(from)) {
      Matcher length = LENGTH.matcher(matcher.group(2));
      int end = matcher.end();
      int size = length.find() ? Integer.parseInt(length.group(1)) : 0;
      String body = text.substring(end, Math.min(text.length(), end + size));
      out.add(matcher.group(1) + (body.startsWith("/") ? " " + body : ""));
      from = Math.min(text.length(), end + size);
    }
    return out.isEmpty() ? "closed" : String.join(", ", out);
  }

  private record Case(String name, String verdict, @Nullable String envoy, String bytes) {}

  private static List<Case> cases(String table) {
    List<Case> out = new ArrayList<>();
    for (String block : text(table).split("\n== ", -1)) {
      if (block.startsWith("#")) {
        continue;
      }
      String[] lines = block.split("\n", 4);
      boolean differs = lines[2].startsWith("envoy: ");
      String rest = differs ? lines[3] : lines[2] + "\n" + (lines.length > 3 ? lines[3] : "");
      out.add(
          new Case(
              lines[0],
              lines[1].replace("verdict: ", ""),
              differs ? lines[2].replace("envoy: ", "") : null,
              wire(rest)));
    }
    return out;
  }

  /** Line ends become CRLF; the last goes where a backslash stands before it. */
  private static String wire(String text) {
    return text.replace("\n", "\r\n")
        .replace("\\\r\n", "")
        .replace("\\r", "\r")
        .replace("\\n", "\n")
        .replace("\\0", "\0")
        .replace("\\t", "\t")
        .replace("\\v", "\u000b")
        .replace("\\x7f", "\u007f")
        .replace("\\xa0", "\u00a0")
        .replace("\\s", " ");
  }

  private static String text(String name) {
    try (InputStream in = SmugglingTest.class.getResourceAsStream("/smuggling/" + name)) {
      if (in == null) {
        throw new AssertionError("no resource smuggling/" + name);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
