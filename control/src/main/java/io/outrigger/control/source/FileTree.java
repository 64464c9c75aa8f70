package io.outrigger.control.source;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The configuration files under some paths, at one moment.
 *
 * <p>Links are followed. Names that begin with a dot are left out: editors' temporary files, and
 * the {@code ..data} folders behind the links of a Kubernetes ConfigMap volume.
 */
record FileTree(SortedMap<Path, Stamp> files, Set<Path> directories) {
  private static final int MAX_DEPTH = 20;

  static FileTree scan(Collection<Path> roots) {
    FileTree tree = new FileTree(new TreeMap<>(), new HashSet<>());
    for (Path root : roots) {
      if (Files.isDirectory(root)) {
        tree.directory(root, 0);
      } else {
        Path parent = root.toAbsolutePath().getParent();
        if (parent != null) {
          tree.directories.add(parent);
        }
        tree.file(root);
      }
    }
    return tree;
  }

  private void directory(Path directory, int depth) {
    directories.add(directory);
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
      for (Path entry : entries) {
        String name = String.valueOf(entry.getFileName());
        if (name.startsWith(".")) {
          continue;
        }
        if (Files.isDirectory(entry)) {
          if (depth < MAX_DEPTH) {
            directory(entry, depth + 1);
          }
        } else if (name.endsWith(".yaml") || name.endsWith(".yml") || name.endsWith(".json")) {
          file(entry);
        }
      }
    } catch (IOException e) {
      // gone between two looks: the next scan sees it right
    }
  }

  private void file(Path file) {
    try {
      BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
      if (attributes.isRegularFile()) {
        files.put(file, Stamp.of(attributes));
      }
    } catch (IOException e) {
      // gone, or a link that leads nowhere just now
    }
  }
}
