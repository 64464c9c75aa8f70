package io.outrigger.proxy.userfilter;

import io.outrigger.filter.Filter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.StringWriter;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/** Makes jars as a user would: compiled against filter-api alone. */
final class UserJar {
  private final Path work;

  UserJar(Path work) {
    this.work = work;
  }

  /**
   * A jar with one filter of type {@code acme.Test}.
   *
   * @param members what the class {@code acme.Own}, a Filter, has beside its constructor
   * @param maker what the FilterMaker has beside newFilter
   */
  byte[] of(String members, String maker) throws IOException {
    String source =
        """
        package acme;
        import io.outrigger.filter.*;
        public class Own implements Filter, FilterProvider {
          public String type() { return "acme.Test"; }
          public FilterMaker configure(FilterConfig config) throws FilterConfigException {
            greeting = config.text("greeting", "none");
            config.done();
            Own own = this;
            return new FilterMaker() {
              public Filter newFilter() { return own; }
              %s
            };
          }
          String greeting;
          %s
        }
        """
            .formatted(maker, members);
    Path file = Files.createDirectories(work.resolve("acme")).resolve("Own.java");
    Files.writeString(file, source);
    StringWriter problems = new StringWriter();
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
      boolean good =
          compiler
              .getTask(
                  problems,
                  files,
                  null,
                  List.of("-proc:none", "-cp", api()),
                  null,
                  files.getJavaFileObjects(file))
              .call();
      if (!good) {
        throw new IOException(problems.toString());
      }
    }
    return jar();
  }

  private static String api() {
    return Path.of(
            URI.create(Filter.class.getProtectionDomain().getCodeSource().getLocation().toString()))
        .toString();
  }

  private byte[] jar() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JarOutputStream out = new JarOutputStream(bytes);
        Stream<Path> classes = Files.list(work.resolve("acme"))) {
      for (Path one :
          (Iterable<Path>) classes.filter(p -> p.toString().endsWith(".class"))::iterator) {
        out.putNextEntry(new ZipEntry("acme/" + one.getFileName()));
        out.write(Files.readAllBytes(one));
      }
      out.putNextEntry(new ZipEntry("META-INF/services/io.outrigger.filter.FilterProvider"));
      out.write("acme.Own # ours\n".getBytes(StandardCharsets.UTF_8));
    }
    return bytes.toByteArray();
  }

  /** Puts a jar into a folder, whole at once. */
  static void put(Path folder, String name, byte[] jar) throws IOException {
    Path next = folder.resolve(name + ".next");
    Files.write(next, jar);
    Files.move(next, folder.resolve(name), StandardCopyOption.REPLACE_EXISTING);
  }
}
