import java.io.BufferedOutputStream;
import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassFile.ClassHierarchyResolverOption;
import java.lang.classfile.ClassFile.ConstantPoolSharingOption;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeElement;
import java.lang.classfile.MethodModel;
import java.lang.classfile.constantpool.MemberRefEntry;
import java.lang.classfile.constantpool.PoolEntry;
import java.lang.classfile.instruction.InvokeDynamicInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.constant.DirectMethodHandleDesc;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;

/**
 * Writes a process's class path with a jar of messages that has only what the process calls.
 *
 * <p>protoc gives each field of a message a dozen accessors, and a JVM keeps every method of a loaded
 * class in memory: of a proxy's 70,000 methods 17,000 were these, and it called a tenth of them. Methods
 * are told apart by name and descriptor alone, whoever owns them, so that what is kept is rather too
 * much. Fields stay, for the runtime reads messages by their fields' names; so does whatever a
 * supertype of the runtime's declares.
 *
 * <p>Arguments: the folder with lib/, the class path's file in it, the name of the jar to write.
 */
public final class ShrinkMessages {
  private final ClassFile files;
  private static final Set<String> ALWAYS =
      Set.of("<init>", "<clinit>", "dynamicMethod", "values", "valueOf", "getNumber");

  private final Set<String> called = new HashSet<>();
  private final Map<MethodModel, String> waiting = new LinkedHashMap<>();
  private final Set<MethodModel> kept = new HashSet<>();

  /**
   * @param types finds the classes whose common supertypes frames are made of
   */
  private ShrinkMessages(ClassLoader types) {
    files =
        ClassFile.of(
            ConstantPoolSharingOption.NEW_POOL,
            ClassHierarchyResolverOption.of(ClassHierarchyResolver.ofResourceParsing(types)));
  }

  public static void main(String[] args) throws IOException {
    Path folder = Path.of(args[0]);
    Path classPath = folder.resolve(args[1]);
    String result = args[2];
    String before = Files.readString(classPath).strip();
    String api = null;
    String[] jars = (before + ":" + own(folder, args[1])).split(":");
    URL[] urls = new URL[jars.length];
    for (int i = 0; i < jars.length; i++) {
      urls[i] = folder.resolve(jars[i]).toUri().toURL();
    }
    ShrinkMessages shrink = new ShrinkMessages(new URLClassLoader(urls));
    List<ClassModel> messages = new ArrayList<>();
    Map<String, byte[]> others = new LinkedHashMap<>();
    for (String jar : jars) {
      String file = jar.substring(jar.lastIndexOf('/') + 1);
      if (file.startsWith("api-")) {
        api = jar;
        shrink.readMessages(folder.resolve(jar), messages, others);
      } else if (!file.startsWith("netty-")) {
        shrink.readCallers(folder.resolve(jar), file.startsWith("protobuf-"));
      }
    }
    if (api == null || messages.isEmpty()) {
      throw new IOException(classPath + " names no api jar with messages");
    }
    shrink.follow();
    shrink.write(folder.resolve("lib").resolve(result), messages, others);
    Files.writeString(classPath, before.replace(api, "lib/" + result) + "\n");
  }

  /** The process's own jar, which its class path does not name. */
  private static String own(Path folder, String classPath) throws IOException {
    String kind = classPath.substring(0, classPath.indexOf('.'));
    try (var files = Files.list(folder.resolve("lib"))) {
      return files
          .map(f -> "lib/" + f.getFileName())
          .filter(f -> f.startsWith("lib/" + kind + "-") && f.endsWith(".jar"))
          .findFirst()
          .orElseThrow();
    }
  }

  private void readCallers(Path jar, boolean runtime) throws IOException {
    classes(
        jar,
        (name, bytes) -> {
          ClassModel model = files.parse(bytes);
          callsOf(model);
          if (runtime) {
            model.methods().forEach(m -> called.add(key(m)));
          }
        });
  }

  private void readMessages(Path jar, List<ClassModel> messages, Map<String, byte[]> others)
      throws IOException {
    classes(
        jar,
        (name, bytes) -> {
          if (name.startsWith("io/outrigger/")) {
            others.put(name, bytes);
            callsOf(files.parse(bytes));
          } else {
            ClassModel model = files.parse(bytes);
            messages.add(model);
            model.methods().forEach(m -> waiting.put(m, key(m)));
          }
        });
    try (JarFile file = new JarFile(jar.toFile())) {
      for (JarEntry entry : (Iterable<JarEntry>) file.stream()::iterator) {
        if (!entry.isDirectory()
            && entry.getName().startsWith("io/outrigger/")
            && !entry.getName().endsWith(".class")) {
          others.put(entry.getName(), file.getInputStream(entry).readAllBytes());
        }
      }
    }
  }

  private interface ClassReader {
    void read(String name, byte[] bytes);
  }

  private static void classes(Path jar, ClassReader reader) throws IOException {
    try (JarFile file = new JarFile(jar.toFile())) {
      for (JarEntry entry : (Iterable<JarEntry>) file.stream()::iterator) {
        if (entry.getName().endsWith(".class") && !entry.getName().startsWith("META-INF/")) {
          reader.read(entry.getName(), file.getInputStream(entry).readAllBytes());
        }
      }
    }
  }

  private void callsOf(ClassModel model) {
    for (PoolEntry entry : model.constantPool()) {
      if (entry instanceof MemberRefEntry member) {
        called.add(member.name().stringValue() + member.type().stringValue());
      }
    }
  }

  private void callsOf(MethodModel method) {
    if (method.code().isEmpty()) {
      return;
    }
    for (CodeElement element : method.code().get()) {
      if (element instanceof InvokeInstruction invoke) {
        called.add(invoke.name().stringValue() + invoke.type().stringValue());
      } else if (element instanceof InvokeDynamicInstruction dynamic) {
        for (var argument : dynamic.bootstrapArgs()) {
          if (argument instanceof DirectMethodHandleDesc handle) {
            called.add(handle.methodName() + handle.lookupDescriptor());
          }
        }
      }
    }
  }

  private static String key(MethodModel method) {
    return method.methodName().stringValue() + method.methodType().stringValue();
  }

  /** Keeps what is called, and what that calls. */
  private void follow() {
    for (boolean more = true; more; ) {
      Map<MethodModel, String> found = new HashMap<>();
      waiting.forEach(
          (method, key) -> {
            if (called.contains(key) || ALWAYS.contains(method.methodName().stringValue())) {
              found.put(method, key);
            }
          });
      found.keySet().forEach(this::callsOf);
      kept.addAll(found.keySet());
      waiting.keySet().removeAll(found.keySet());
      more = !found.isEmpty();
    }
  }

  private void write(Path jar, List<ClassModel> messages, Map<String, byte[]> others)
      throws IOException {
    ClassTransform drop = ClassTransform.dropping(e -> e instanceof MethodModel m && !kept.contains(m));
    try (JarOutputStream out =
        new JarOutputStream(new BufferedOutputStream(Files.newOutputStream(jar)))) {
      for (ClassModel model : messages) {
        put(out, model.thisClass().asInternalName() + ".class", files.transformClass(model, drop));
      }
      for (Map.Entry<String, byte[]> other : others.entrySet()) {
        put(out, other.getKey(), other.getValue());
      }
    }
    System.out.printf(
        "%s: %d of %d methods of messages kept%n",
        jar.getFileName(), kept.size(), kept.size() + waiting.size());
  }

  private static void put(JarOutputStream out, String name, byte[] bytes) throws IOException {
    JarEntry entry = new JarEntry(name);
    entry.setTime(0);
    out.putNextEntry(entry);
    out.write(bytes);
    out.closeEntry();
  }
}
