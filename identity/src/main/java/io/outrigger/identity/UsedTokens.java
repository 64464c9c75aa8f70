package io.outrigger.identity;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * The one-time tokens that were used, in a file that outlives the process: a token isn't good again
 * because a control plane was restarted, nor at a replica that shares the directory. Any thread.
 */
final class UsedTokens {
  private static final String FILE = "used-tokens";

  private final Path directory;

  UsedTokens(Path directory) {
    this.directory = directory;
  }

  /**
   * Notes a use; false if the token was used before.
   *
   * @param expires from when on it need not be known any more
   * @throws IOException if it can't be noted: then it doesn't count as unused
   */
  boolean use(String id, Instant expires, Instant now) throws IOException {
    return KeyFiles.locked(
        directory,
        () -> {
          Path file = directory.resolve(FILE);
          List<String> kept = new ArrayList<>();
          boolean expired = false;
          if (Files.exists(file)) {
            for (String line : Files.readAllLines(file)) {
              int space = line.indexOf(' ');
              if (line.startsWith(id + " ")) {
                return false;
              }
              if (space > 0 && now.getEpochSecond() < Long.parseLong(line.substring(space + 1))) {
                kept.add(line);
              } else {
                expired = true;
              }
            }
          }
          kept.add(id + " " + expires.getEpochSecond());
          if (expired) {
            KeyFiles.writePrivate(file, String.join("\n", kept) + "\n");
          } else if (Files.exists(file)) {
            Files.writeString(file, kept.getLast() + "\n", StandardOpenOption.APPEND);
          } else {
            KeyFiles.writePrivate(file, kept.getLast() + "\n");
          }
          return true;
        });
  }
}
