package io.outrigger.control.source;

import io.outrigger.api.yaml.Node;
import io.outrigger.api.yaml.Yaml;
import io.outrigger.api.yaml.YamlException;
import io.outrigger.control.resource.Problem;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A file's content, read.
 *
 * @param broken set when the text isn't YAML: then nothing in it counts
 */
public record ParsedFile(
    String hash, boolean empty, List<ResourceReader.Read> documents, @Nullable Problem broken) {

  /** A file that isn't there. */
  public static ParsedFile absent() {
    return new ParsedFile("", true, List.of(), null);
  }

  /**
   * An object that was read already.
   *
   * @param version tells this content from others of the same name
   */
  public static ParsedFile of(String version, List<ResourceReader.Read> documents) {
    return new ParsedFile(version, false, List.copyOf(documents), null);
  }

  /** Whether the file isn't there. */
  boolean isAbsent() {
    return hash.isEmpty();
  }

  /**
   * Reads a file's content.
   *
   * @param name the file as its user named it
   */
  public static ParsedFile parse(String name, byte[] content) {
    String hash = hash(content);
    List<ResourceReader.Read> reads = new ArrayList<>();
    String text = new String(content, StandardCharsets.UTF_8);
    try {
      for (Node document : Yaml.parseAll(name, text)) {
        reads.addAll(ResourceReader.read(document));
      }
      return new ParsedFile(hash, text.isBlank(), List.copyOf(reads), null);
    } catch (YamlException e) {
      String message = String.valueOf(e.getMessage());
      Problem broken = new Problem(Problem.Severity.ERROR, e.place(), null, "", message);
      return new ParsedFile(hash, false, List.of(), broken);
    }
  }

  /** Every problem of the file. */
  public List<Problem> problems() {
    List<Problem> all = new ArrayList<>();
    if (broken != null) {
      all.add(broken);
    }
    documents.forEach(read -> all.addAll(read.problems()));
    return all;
  }

  static String hash(byte[] content) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
