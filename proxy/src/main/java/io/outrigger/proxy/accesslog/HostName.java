package io.outrigger.proxy.accesslog;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** This machine's name, read once, without asking a resolver. */
final class HostName {
  static final byte[] BYTES = read().getBytes(StandardCharsets.UTF_8);

  private HostName() {}

  private static String read() {
    try {
      return Files.readString(Path.of("/proc/sys/kernel/hostname")).strip();
    } catch (IOException e) {
      String name = System.getenv("HOSTNAME");
      return name == null ? "-" : name; // not Linux
    }
  }
}
