package io.outrigger.e2e.differential;

import static org.assertj.core.api.Assertions.assertThat;

import io.outrigger.testkit.DnsServer;
import io.outrigger.testkit.EchoUpstream;
import io.outrigger.testkit.FreePorts;
import io.outrigger.testkit.RawClient;
import io.outrigger.testkit.TestTokens;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Configurations given to a real Envoy and to ours, with the same requests: the answers, what the
 * upstreams saw of the requests, access logs and statistics must be the same.
 *
 * <p>Each case is two files: NAME.yaml, an Envoy bootstrap (whole, or as {@link Bootstraps} has it)
 * in which {@code {{word}}} stands for a port, and NAME.http, its requests: blocks that begin with
 * {@code >>> PORT-WORD}, one connection each. {@code {{a}}} to {@code {{f}}} are upstreams, {@code
 * {{refused}}} is a port where nobody listens, {@code {{dns}}} a {@link DnsServer}, {@code {{dir}}}
 * a directory of the proxy's own; {@link TestTokens} writes tokens and their keys. Compressed
 * bodies are compared decompressed.
 */
class DifferentialTest {
  private static final List<String> UPSTREAMS = List.of("a", "b", "c", "d", "e", "f");
  private static final Pattern HEX = Pattern.compile("\\\\x([0-9a-f]{2})");
  private static final List<EchoUpstream> RUNNING = new ArrayList<>();

  private static DnsServer dns;

  @TempDir private Path directory;

  @BeforeAll
  static void startUpstreams() throws IOException {
    for (String name : UPSTREAMS) {
      RUNNING.add(EchoUpstream.start(name));
    }
    dns = DnsServer.start();
  }

  @AfterAll
  static void stopUpstreams() {
    RUNNING.forEach(EchoUpstream::close);
    dns.close();
  }

  /** The cases: all of the directory, or those that the system property "cases" names. */
  static List<String> cases() throws IOException, URISyntaxException {
    String wanted = System.getProperty("cases", "");
    if (!wanted.isEmpty()) {
      return List.of(wanted.split(",", -1));
    }
    URL directory = DifferentialTest.class.getResource("/differential");
    try (Stream<Path> files = Files.list(Path.of(directory.toURI()))) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(".http"))
          .map(name -> name.substring(0, name.length() - ".http".length()))
          .sorted()
          .toList();
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void theSameAnswers(String name) {
    List<Exchange> requests = requests(resource(name + ".http"));
    CompletableFuture<List<String>> theirs =
        CompletableFuture.supplyAsync(() -> answers(name, requests, "one"));
    CompletableFuture<List<String>> ours =
        CompletableFuture.supplyAsync(() -> answers(name, requests, "two"));
    List<String> expected = theirs.join();
    List<String> actual = ours.join();
    assertThat(requests).isNotEmpty();
    SoftAssertions softly = new SoftAssertions();
    for (int i = 0; i < requests.size(); i++) {
      if (Shares.areMeant(requests.get(i).text())) {
        softly
            .assertThat(Shares.compare(expected.get(i), actual.get(i)))
            .as("%s, exchange %d:%n%s", name, i + 1, requests.get(i).text())
            .isEmpty();
        continue;
      }
      softly
          .assertThat(actual.get(i))
          .as("%s, exchange %d:%n%s", name, i + 1, requests.get(i).text())
          .isEqualTo(expected.get(i));
    }
    softly.assertAll();
  }

  /** Runs all exchanges through Envoy ("one") or ours ("two"). */
  private List<String> answers(String name, List<Exchange> requests, String who) {
    try (Collected collected = new Collected();
        GrpcServer grpc = new GrpcServer(collected)) {
      Map<String, Integer> ports = ports();
      ports.put("grpc", grpc.port());
      ports.put("collector", collected.port());
      ports.put("udp", collected.stats().udpPort());
      ports.put("tcp", collected.stats().tcpPort());
      String yaml = substitute(name, ports, who);
      Path own = directory.resolve(who);
      List<String> out = new ArrayList<>();
      for (Exchange exchange : requests) {
        exchange.prepare(grpc, ports);
      }
      try (ProxyUnderTest proxy =
              who.equals("one")
                  ? ProxyUnderTest.envoy(yaml, ports, own)
                  : ProxyUnderTest.outrigger(yaml, ports, own);
          KeptConnections kept = new KeptConnections()) {
        for (Exchange exchange : requests) {
          out.add(exchange.run(proxy, kept, grpc, collected, ports, who));
        }
      }
      return out;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Map<String, Integer> ports() throws IOException {
    Map<String, Integer> ports = new LinkedHashMap<>();
    List<Integer> free = FreePorts.find(6);
    List<String> words = List.of("admin", "in", "in2", "in3", "in4", "refused");
    for (int i = 0; i < words.size(); i++) {
      ports.put(words.get(i), free.get(i));
    }
    for (int i = 0; i < UPSTREAMS.size(); i++) {
      ports.put(UPSTREAMS.get(i), RUNNING.get(i).port());
    }
    ports.put("dns", dns.port());
    return ports;
  }

  private String substitute(String name, Map<String, Integer> ports, String who)
      throws IOException {
    String yaml = Bootstraps.whole(resource(name + ".yaml"));
    for (Map.Entry<String, Integer> port : ports.entrySet()) {
      yaml = yaml.replace("{{" + port.getKey() + "}}", port.getValue().toString());
    }
    Path own = Files.createDirectories(directory.resolve(who));
    yaml = yaml.replace("{{dir}}", own.toString());
    return OwnFiles.unpack(TestTokens.substitute(TestCertificates.substitute(yaml)), own);
  }

  private static String resource(String name) {
    try (InputStream in = DifferentialTest.class.getResourceAsStream("/differential/" + name)) {
      if (in == null) {
        throw new AssertionError("no resource differential/" + name);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<Exchange> requests(String text) {
    List<Exchange> out = new ArrayList<>();
    for (String block : text.split("(?m)^>>> ", -1)) {
      if (!block.isBlank() && !block.startsWith("#")) {
        out.add(new Exchange(block));
      }
    }
    return out;
  }

  /** One connection: what is sent, and in what form the answer is read. */
  private record Exchange(String text) {
    /** What the management server has from the beginning. */
    void prepare(GrpcServer grpc, Map<String, Integer> ports) throws IOException {
      int line = text.indexOf('\n');
      if (text.substring(0, line).strip().endsWith(" served")) {
        grpc.serve(text.split(" ", 2)[0], OwnFiles.fill(text.substring(line + 1), ports));
      }
      if (text.substring(0, line).strip().endsWith(" processor")) {
        grpc.authorizer().process(text.split(" ", 2)[0], text.substring(line + 1));
      }
      if (text.substring(0, line).strip().endsWith(" authz")) {
        grpc.authorizer().answer(text.split(" ", 2)[0], text.substring(line + 1), ports);
      }
    }

    String run(
        ProxyUnderTest proxy,
        KeptConnections kept,
        GrpcServer grpc,
        Collected collected,
        Map<String, Integer> ports,
        String who)
        throws IOException {
      int line = text.indexOf('\n');
      String[] words = text.substring(0, line).strip().split(" ", -1);
      String mode = words.length > 1 ? words[1] : "http";
      // attempts are counted by this id, so that each proxy's begin at one
      String body =
          TestTokens.substitute(OwnFiles.fill(text.substring(line + 1), ports))
              .replaceAll("\\n+$", "\n")
              .replace("%WHO%", who);
      return switch (mode) {
        case "shares" -> Shares.of(proxy.port(words[0]), words, bytes(body));
        case "file" -> Observed.file(proxy, words[0], ports);
        case "lines" -> Observed.lines(proxy, words[0], ports);
        case "clusters" -> Observed.clusters(proxy, body, ports);
        case "body" ->
            http(proxy.port(words[0]), bytes(body), false, ports, who)
                .replaceAll("(?s)\\n.*?\\n\\n", "\n");
        case "served", "authz", "processor" -> "served";
        case "asked" -> grpc.authorizer().asked(Integer.parseInt(words[0]), ports);
        case "serve" -> grpc.serve(words[0], body);
        case "entries" -> collected.entries(Integer.parseInt(words[0]), ports);
        case "spans" -> collected.spans(Integer.parseInt(words[0]), ports);
        case "sent" -> collected.stats().sent(body);
        case "said" -> grpc.seen();
        case "move" -> OwnFiles.put(proxy, words[0], body, true, ports);
        case "write" -> OwnFiles.put(proxy, words[0], body, false, ports);
        case "await" -> OwnFiles.await(proxy, body);
        case "prometheus" -> Observed.prometheus(proxy, body);
        case "stats" -> Observed.stats(proxy, body);
        case "tls" -> Observed.tls(proxy.port(words[0]), words, bytes(body), ports);
        case "keep" ->
            Answers.comparable(kept.exchange(words[2], proxy.port(words[0]), bytes(body)), ports);
        case "send" -> kept.send(words[2], proxy.port(words[0]), bytes(body));
        case "answer" -> Answers.comparable(kept.answer(words[0]), ports);
        case "ended" -> kept.end(words[0]);
        case "hangup" -> kept.hangUp(words[0]);
        case "raw", "chunks", "half" -> raw(proxy.port(words[0]), bytes(body), mode, ports);
        default -> http(proxy.port(words[0]), bytes(body), mode.equals("head"), ports, who);
      };
    }

    /**
     * Line ends become CRLF; {@code \r}, {@code \n}, {@code \0}, {@code \t} and {@code \xff} stand
     * for the bytes.
     */
    private static String bytes(String body) {
      String wire = body.endsWith("\\\n") ? body.substring(0, body.length() - 2) : body + "\n";
      String plain =
          wire.replace("\n", "\r\n")
              .replace("\\r", "\r")
              .replace("\\n", "\n")
              .replace("\\0", "\0")
              .replace("\\t", "\t");
      return HEX.matcher(plain)
          .replaceAll(
              hex ->
                  Matcher.quoteReplacement(Character.toString(Integer.parseInt(hex.group(1), 16))));
    }

    private static String http(
        int port, String bytes, boolean head, Map<String, Integer> ports, String who)
        throws IOException {
      try (RawClient client = new RawClient(port)) {
        client.send(bytes);
        return Answers.comparable(EncodedBodies.decoded(client.response(head)), ports)
            .replace("x-fake-id: " + who, "x-fake-id: ");
      }
    }

    /**
     * Parts between lines of {@code ---} are each sent once the answer's head to the part before is
     * in. The answer's chunks may be joined, which leaves its trailers; a client of {@code half}
     * says that nothing more comes.
     */
    private static String raw(int port, String bytes, String mode, Map<String, Integer> ports)
        throws IOException {
      try (RawClient client = new RawClient(port)) {
        StringBuilder out = new StringBuilder();
        String[] parts = bytes.split("(?m)^---\r\n", -1);
        for (int i = 0; i < parts.length; i++) {
          if (i > 0) {
            out.append(client.response(true));
          }
          client.send(parts[i]);
        }
        if (mode.equals("half")) {
          client.endOutput();
        }
        String rest = client.rest();
        out.append(mode.equals("chunks") ? EncodedBodies.joined(rest) : rest);
        return Answers.mask(lines(out.toString()), ports);
      }
    }

    /** Lines, and those of a head, in order of name. */
    private static String lines(String text) {
      StringBuilder out = new StringBuilder();
      for (String part : text.split("\r\n\r\n", -1)) {
        String[] lines = part.split("\r\n", -1);
        if (lines[0].startsWith("HTTP/1.")) {
          Arrays.sort(lines, 1, lines.length);
        }
        out.append(String.join("\n", lines)).append("\n\n");
      }
      return out.toString();
    }
  }
}
