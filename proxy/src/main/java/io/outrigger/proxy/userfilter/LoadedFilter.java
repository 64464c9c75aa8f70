package io.outrigger.proxy.userfilter;

import io.outrigger.filter.FilterProvider;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A filter that a jar brought.
 *
 * @param jar the file's name
 * @param generation counts up with each jar that this process loads
 */
record LoadedFilter(String type, FilterProvider provider, String jar, long generation) {
  private static final String SERVICES = "META-INF/services/io.outrigger.filter.FilterProvider";

  /** All that a jar brings. */
  static List<LoadedFilter> read(String name, byte[] jar, long generation) throws IOException {
    JarClasses classes = JarClasses.read(name, jar);
    byte[] services = classes.entry(SERVICES);
    if (services == null) {
      throw new IOException("has no " + SERVICES + ", which names its FilterProvider classes");
    }
    List<LoadedFilter> found = new ArrayList<>();
    for (String line : new String(services, StandardCharsets.UTF_8).split("\n", -1)) {
      int comment = line.indexOf('#');
      String type = (comment < 0 ? line : line.substring(0, comment)).strip();
      if (!type.isEmpty()) {
        FilterProvider provider = provider(classes, type);
        found.add(new LoadedFilter(nameOf(provider, type), provider, name, generation));
      }
    }
    return found;
  }

  private static FilterProvider provider(JarClasses classes, String type) throws IOException {
    try {
      Object made = classes.loadClass(type).getConstructor().newInstance();
      if (made instanceof FilterProvider provider) {
        return provider;
      }
    } catch (ReflectiveOperationException | LinkageError | RuntimeException e) {
      throw new IOException(type + " can't be made: " + e, e);
    }
    throw new IOException(type + " is no io.outrigger.filter.FilterProvider");
  }

  private static String nameOf(FilterProvider provider, String type) throws IOException {
    try {
      String name = provider.type();
      if (name != null && !name.isEmpty() && !name.startsWith("envoy.")) {
        return name;
      }
      throw new IOException(type + ".type() is " + name + "; a full name of your own is needed");
    } catch (RuntimeException | LinkageError e) {
      throw new IOException(type + ".type() failed: " + e, e);
    }
  }
}
