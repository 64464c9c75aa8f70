package io.outrigger.proxy.sidecar;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The labels of the pod that this runs in, as its downward API writes them: {@code key="value"}.
 */
final class PodLabels {
  private PodLabels() {}

  /**
   * Reads them once: what a pod is, it is from its start.
   *
   * @param directory has the file {@code labels}
   */
  static Map<String, String> read(Path directory) throws UsageException {
    Path file = directory.resolve("labels");
    String text;
    try {
      text = Files.readString(file);
    } catch (IOException e) {
      throw new UsageException(
          "--pod-info " + directory + ": " + file + " can't be read: " + e.getMessage());
    }
    Map<String, String> labels = new LinkedHashMap<>();
    int number = 0;
    for (String line : text.split("\n", -1)) {
      number++;
      if (line.isBlank()) {
        continue;
      }
      int equals = line.indexOf("=\"");
      if (equals < 1 || !line.endsWith("\"") || line.length() < equals + 3) {
        throw new UsageException(
            file + ":" + number + " is \"" + line + "\"; must be KEY=\"VALUE\"");
      }
      // a label's value has no character that would be escaped
      labels.put(line.substring(0, equals), line.substring(equals + 2, line.length() - 1));
    }
    return labels;
  }
}
