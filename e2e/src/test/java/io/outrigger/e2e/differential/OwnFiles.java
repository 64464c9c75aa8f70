package io.outrigger.e2e.differential;

import io.outrigger.testkit.Await;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Files that a case gives its proxies: those after lines {@code # file: NAME} in its YAML, and
 * those that it moves into place later.
 */
final class OwnFiles {
  private static final String MARK = "(?m)^# file: ";
  private static final Pattern BASE64 = Pattern.compile("\\{\\{base64:([^}]*)}}");

  /** Writes the files of a case, and gives its bootstrap. */
  static String unpack(String yaml, Path directory) throws IOException {
    String[] parts = yaml.split(MARK, -1);
    for (int i = 1; i < parts.length; i++) {
      int line = parts[i].indexOf('\n');
      Files.writeString(
          directory.resolve(parts[i].substring(0, line).strip()), parts[i].substring(line + 1));
    }
    return parts[0];
  }

  /** Moves another file into a file's place, or writes into it where it is. */
  static String put(
      ProxyUnderTest proxy, String name, String text, boolean move, Map<String, Integer> ports)
      throws IOException {
    String filled = text.replace("{{dir}}", proxy.directory().toString());
    filled = fill(filled, ports);
    Path file = proxy.directory().resolve(name);
    if (move) {
      Path beside = Files.writeString(proxy.directory().resolve("next"), filled);
      Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE);
    } else {
      Files.writeString(file, filled);
    }
    return "put";
  }

  /** The text with ports and certificates put in, and then {@code {{base64:...}}}. */
  static String fill(String text, Map<String, Integer> ports) {
    String filled = text;
    for (Map.Entry<String, Integer> port : ports.entrySet()) {
      filled = filled.replace("{{" + port.getKey() + "}}", port.getValue().toString());
    }
    filled = BASE64.matcher(filled).replaceAll(m -> encode(m.group(1)));
    return TestCertificates.substitute(filled);
  }

  private static String encode(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  /** Waits until the statistics have this line. */
  static String await(ProxyUnderTest proxy, String line) throws IOException {
    Await.until(
        "statistics have " + line.strip(),
        Duration.ofSeconds(10),
        () -> proxy.admin("/stats").contains(line.strip() + "\n"));
    proxy.admin("/ready"); // an update is counted in the turn before the one that puts it in force
    return "reached";
  }

  private OwnFiles() {}
}
