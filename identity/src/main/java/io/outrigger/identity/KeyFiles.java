package io.outrigger.identity;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.locks.ReentrantLock;

/** Writes keys and certificates whole or not at all, keys for their owner only. */
public final class KeyFiles {
  private static final ReentrantLock IN_PROCESS = new ReentrantLock();

  private KeyFiles() {}

  /** Something that reads and writes files. */
  interface Work<T> {
    T run() throws IOException;
  }

  /** Makes the directory, and runs while no other process does so in it. */
  static <T> T locked(Path directory, Work<T> work) throws IOException {
    Files.createDirectories(directory);
    IN_PROCESS.lock();
    try (FileChannel channel =
            FileChannel.open(
                directory.resolve(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock = channel.lock()) {
      assert lock.isValid();
      return work.run();
    } finally {
      IN_PROCESS.unlock();
    }
  }

  /** Replaces a file by a rename; its owner alone may read it (0600). */
  public static void writePrivate(Path file, String text) throws IOException {
    write(file, Pem.utf8(text), "rw-------");
  }

  /** Replaces a file by a rename; its owner alone may read it (0600). */
  public static void writePrivate(Path file, byte[] content) throws IOException {
    write(file, content, "rw-------");
  }

  /** Replaces a file by a rename; all may read it (0644). */
  public static void writePublic(Path file, String text) throws IOException {
    write(file, Pem.utf8(text), "rw-r--r--");
  }

  private static void write(Path file, byte[] content, String permissions) throws IOException {
    Path directory = file.toAbsolutePath().getParent();
    if (directory == null) {
      throw new IOException(file + " has no directory");
    }
    Files.createDirectories(directory);
    boolean posix = Files.getFileStore(directory).supportsFileAttributeView("posix");
    // createTempFile gives 0600 on its own, so that the key is at no time readable by others.
    Path temporary = Files.createTempFile(directory, "." + file.getFileName(), ".new");
    try {
      Files.write(temporary, content);
      if (posix) {
        Files.setPosixFilePermissions(temporary, PosixFilePermissions.fromString(permissions));
      }
      Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(temporary);
    }
  }
}
