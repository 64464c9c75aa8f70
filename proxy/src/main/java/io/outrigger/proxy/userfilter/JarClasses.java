package io.outrigger.proxy.userfilter;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarInputStream;
import org.jspecify.annotations.Nullable;

/**
 * The classes of one jar. They see the JDK and {@code io.outrigger.filter}, nothing else of this
 * process. The jar's bytes are kept, not the file, so that it may be replaced while it is in use.
 */
final class JarClasses extends ClassLoader {
  private static final String API = "io.outrigger.filter.";
  private static final String SUFFIX = ".class";

  private final Map<String, byte[]> entries;

  private JarClasses(String name, Map<String, byte[]> entries) {
    super(name, ClassLoader.getPlatformClassLoader());
    this.entries = entries;
  }

  static JarClasses read(String name, byte[] jar) throws IOException {
    Map<String, byte[]> entries = new HashMap<>();
    try (JarInputStream in = new JarInputStream(new ByteArrayInputStream(jar))) {
      for (JarEntry entry = in.getNextJarEntry(); entry != null; entry = in.getNextJarEntry()) {
        if (!entry.isDirectory()) {
          entries.put(entry.getName(), in.readAllBytes());
        }
      }
    }
    if (entries.isEmpty()) {
      throw new IOException("is no jar, or an empty one");
    }
    return new JarClasses(name, entries);
  }

  byte @Nullable [] entry(String path) {
    return entries.get(path);
  }

  @Override
  protected Class<?> findClass(String name) throws ClassNotFoundException {
    if (name.startsWith(API)) {
      return Class.forName(name, true, JarClasses.class.getClassLoader());
    }
    byte[] code = entries.get(name.replace('.', '/') + SUFFIX);
    if (code == null) {
      throw new ClassNotFoundException(
          name + " is neither in " + getName() + " nor in the JDK; a filter's jar must bring it");
    }
    return defineClass(name, code, 0, code.length);
  }

  @Override
  public @Nullable InputStream getResourceAsStream(String name) {
    byte[] content = entries.get(name);
    return content == null ? null : new ByteArrayInputStream(content);
  }
}
