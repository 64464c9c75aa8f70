package io.outrigger.proxy.source;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;

/** One file, and whether another has taken its place since. On the configuration loop. */
final class WatchedFile {
  private final Path path;
  private String seen = "";
  private final FileWatches.Watch watch;

  /** {@code directory} is the one to watch; empty: that of the file, for its name alone. */
  WatchedFile(FileWatches watches, String path, String directory, Runnable replaced)
      throws IOException {
    this.path = Path.of(path).toAbsolutePath();
    Path parent = this.path.getParent();
    this.watch =
        directory.isEmpty()
            ? watches.watch(
                parent == null ? this.path : parent,
                String.valueOf(this.path.getFileName()),
                () -> changed(replaced))
            : watches.watch(Path.of(directory), null, () -> changed(replaced));
    this.seen = identity();
  }

  private void changed(Runnable replaced) {
    String now = identity();
    if (!now.equals(seen)) {
      seen = now;
      replaced.run();
    }
  }

  /** What tells a file from the one that was there before; links are followed. */
  private String identity() {
    try {
      BasicFileAttributes found = Files.readAttributes(path, BasicFileAttributes.class);
      return found.fileKey() + " " + found.lastModifiedTime().toMillis() + " " + found.size();
    } catch (IOException e) {
      return "gone";
    }
  }

  byte[] read() throws IOException {
    return Files.readAllBytes(path);
  }

  void close() {
    watch.close();
  }
}
