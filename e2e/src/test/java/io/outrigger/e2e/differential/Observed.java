package io.outrigger.e2e.differential;

import io.outrigger.testkit.Await;
import io.outrigger.testkit.RawClient;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Pattern;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/** What is seen of a proxy beside plain answers: TLS, files, statistics. */
final class Observed {
  private static final Pattern BUSY =
      Pattern.compile(
          "(?m)^(?!cluster\\.xds\\.|http\\.admin\\.|listener\\.admin\\.).*\\.(downstream_rq|upstream_rq)_active: [1-9]");

  /**
   * A request over TLS. Words: port, "tls", then {@code sni=}, {@code cert=}, {@code alpn=} (commas
   * between), {@code until=} what the answer has in it once a change is in force.
   */
  static String tls(int port, String[] words, String bytes, Map<String, Integer> ports)
      throws IOException {
    String until = word(words, "until");
    if (!until.isEmpty()) {
      Await.until(
          "the answer has " + until,
          Duration.ofSeconds(10),
          () -> tlsOnce(port, words, bytes, ports).contains(until));
    }
    return tlsOnce(port, words, bytes, ports);
  }

  private static String tlsOnce(int port, String[] words, String bytes, Map<String, Integer> ports)
      throws IOException {
    String sni = word(words, "sni");
    String alpn = word(words, "alpn");
    String protocol = "none";
    try (SSLSocket socket =
        (SSLSocket)
            TestCertificates.client(word(words, "cert"))
                .getSocketFactory()
                .createSocket(InetAddress.getLoopbackAddress(), port)) {
      SSLParameters parameters = socket.getSSLParameters();
      if (!sni.isEmpty()) {
        parameters.setServerNames(List.of(new SNIHostName(sni)));
      }
      if (!alpn.isEmpty()) {
        parameters.setApplicationProtocols(alpn.split(",", -1));
      }
      socket.setSSLParameters(parameters);
      socket.setSoTimeout(5000);
      socket.startHandshake();
      protocol = socket.getApplicationProtocol();
      RawClient client = new RawClient(socket);
      client.send(bytes);
      String response = client.response(false);
      String subject =
          ((java.security.cert.X509Certificate) socket.getSession().getPeerCertificates()[0])
              .getSubjectAlternativeNames()
              .toString();
      return "alpn " + protocol + " " + subject + "\n" + Answers.comparable(response, ports);
    } catch (SSLException e) {
      return "alpn " + protocol + ", no answer";
    } catch (java.security.cert.CertificateParsingException e) {
      throw new IOException(e);
    } catch (java.net.SocketException e) {
      return "alpn " + protocol + ", no answer";
    }
  }

  private static String word(String[] words, String key) {
    for (String word : words) {
      if (word.startsWith(key + "=")) {
        return word.substring(key.length() + 1);
      }
    }
    return "";
  }

  /** As {@link #file}, the lines sorted: events of several hosts come in any order. */
  static String lines(ProxyUnderTest proxy, String name, Map<String, Integer> ports) {
    return String.join("\n", new TreeSet<>(file(proxy, name, ports).lines().toList()));
  }

  /** The lines of {@code /clusters} about what a case names, a word a line. */
  static String clusters(ProxyUnderTest proxy, String words, Map<String, Integer> ports)
      throws IOException {
    TreeSet<String> out = new TreeSet<>();
    for (String line : proxy.admin("/clusters").split("\n", -1)) {
      for (String word : words.strip().split("\n", -1)) {
        if (line.contains("::" + word.strip() + "::")) {
          out.add(Answers.mask(line.strip(), ports));
        }
      }
    }
    return String.join("\n", out);
  }

  /** The lines of a file in the proxy's directory, with times masked. */
  static String file(ProxyUnderTest proxy, String name, Map<String, Integer> ports) {
    Path file = proxy.directory().resolve(name);
    int expected = Integer.parseInt(name.replaceAll("\\D", ""));
    if (expected == 0 && !Files.exists(file)) {
      return ""; // ours makes the file with its first line
    }
    Await.until(
        name + " has its lines", Duration.ofSeconds(15), () -> lines(file).size() >= expected);
    try {
      List<String> lines = lines(file);
      if (lines.size() > expected) {
        throw new AssertionError(name + " has more lines, its name must say how many: " + lines);
      }
      return Answers.mask(String.join("\n", lines), ports)
          .replaceAll("\\d{4}-\\d\\d-\\d\\dT[0-9:.]+Z", "TIME")
          .replaceAll("(?m)( \\d+ \\d+) \\d+ (\\d+|-) \"", "$1 MS MS \"")
          .replaceAll("127\\.0\\.0\\.1:\\d{4,5}", "127.0.0.1:PORT");
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** Clients send bytes that are no UTF-8, and logs have them. */
  private static List<String> lines(Path file) throws IOException {
    return Files.readAllLines(file, StandardCharsets.ISO_8859_1);
  }

  /** The counters and gauges that a case names, a prefix a line. */
  static String stats(ProxyUnderTest proxy, String prefixes) throws IOException {
    // a proxy counts a request when it is over, which the client may see first
    Await.until(
        "no request is on its way",
        Duration.ofSeconds(20),
        () -> !BUSY.matcher(proxy.admin("/stats")).find());
    String page = proxy.admin("/stats");
    TreeSet<String> out = new TreeSet<>();
    for (String line : page.split("\n", -1)) {
      for (String prefix : prefixes.strip().split("\n", -1)) {
        // Envoy shows a histogram's values with its next flush
        if (line.startsWith(prefix.strip()) && !line.matches(".*: (No recorded|P0\\().*")) {
          out.add(line.strip());
        }
      }
    }
    return String.join("\n", out);
  }

  /** The lines of Prometheus's page that a case names by their beginnings, labels in order. */
  static String prometheus(ProxyUnderTest proxy, String prefixes) throws IOException {
    TreeSet<String> out = new TreeSet<>();
    for (String line : proxy.admin("/stats/prometheus").split("\n", -1)) {
      for (String prefix : prefixes.strip().split("\n", -1)) {
        int open = line.indexOf('{');
        if (open > 0 && line.startsWith(prefix.strip())) {
          int close = line.lastIndexOf('}');
          TreeSet<String> labels =
              new TreeSet<>(List.of(line.substring(open + 1, close).split(",", -1)));
          out.add(line.substring(0, open) + labels + line.substring(close + 1));
        }
      }
    }
    return String.join("\n", out);
  }

  private Observed() {}
}
