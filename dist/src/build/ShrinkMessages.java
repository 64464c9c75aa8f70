import java.io.BufferedOutputStream;
import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassFile.ClassHierarchyResolverOption;
import java.lang.classfile.ClassFile.ConstantPoolSharingOption;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeElement;
import java.lang.classfile.Interfaces;
import java.lang.classfile.MethodModel;
import java.lang.classfile.attribute.InnerClassesAttribute;
import java.lang.classfile.attribute.NestMembersAttribute;
import java.lang.classfile.constantpool.ClassEntry;
import java.lang.classfile.constantpool.MemberRefEntry;
import java.lang.classfile.constantpool.MethodTypeEntry;
import java.lang.classfile.constantpool.NameAndTypeEntry;
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
import java.util.TreeMap;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;

/**
 * Writes a process's class path with a jar of messages that has only what the process calls.
 *
 * <p>protoc gives each field of a message a dozen accessors, and a JVM keeps every method of a loaded
 * class in memory: of a proxy's 70,000 methods 17,000 were these, and it called a tenth of them. Methods
 * are told apart by name and descriptor alone, whoever owns them, so that what is kept is rather too
 * much. Fields stay, for the runtime reads messages by their fields' names; so does whatever a
 * supertype of the runtime's declares. Messages that nothing refers to any more are left out.
 *
 * <p>What isn't a message (the schema) goes into a jar of its own, and the lite runtime into one that
 * looks for no classes it can't find ({@link LiteRuntime}): a start then opens neither the jar of
 * messages nor most others, whose directories would fill more than a megabyte of the heap.
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

  /** The classes that callers name, as in {@code io/envoyproxy/envoy/Message$Builder}. */
  private final Set<String> needed = new HashSet<>();

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
    String schema = "schema-" + result;
    String runtime = "protobuf-" + result;
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
    Path lib = folder.resolve("lib");
    shrink.write(lib.resolve(result), messages);
    write(lib.resolve(schema), others);
    String full =
        Stream.of(jars).filter(j -> j.startsWith("lib/protobuf-")).findFirst().orElseThrow();
    write(lib.resolve(runtime), LiteRuntime.withoutLookups(folder.resolve(full)));
    Files.writeString(
        classPath,
        "lib/" + schema + ":" + before.replace(api, "lib/" + result).replace(full, "lib/" + runtime) + "\n");
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
          typesOf(model, needed);
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
            typesOf(files.parse(bytes), needed);
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

  /** Puts every class that a class names into {@code types}. */
  private static void typesOf(ClassModel model, Set<String> types) {
    for (PoolEntry entry : model.constantPool()) {
      if (entry instanceof ClassEntry type) {
        named(type.asInternalName(), types);
      } else if (entry instanceof NameAndTypeEntry member) {
        named(member.type().stringValue(), types);
      } else if (entry instanceof MethodTypeEntry type) {
        named(type.descriptor().stringValue(), types);
      }
    }
    model.fields().forEach(f -> named(f.fieldType().stringValue(), types));
    model.methods().forEach(m -> named(m.methodType().stringValue(), types));
  }

  /** A class's name, or those of a descriptor. */
  private static void named(String text, Set<String> types) {
    if (!text.contains(";")) {
      types.add(text);
      return;
    }
    for (int at = text.indexOf('L'); at >= 0; at = text.indexOf('L', at)) {
      int end = text.indexOf(';', at);
      types.add(text.substring(at + 1, end));
      at = end;
    }
  }

  private void write(Path jar, List<ClassModel> messages) throws IOException {
    // without what names classes that nothing may need: every nested one, and interfaces
    ClassTransform bare =
        ClassTransform.dropping(
            e ->
                e instanceof InnerClassesAttribute
                    || e instanceof Interfaces
                    || e instanceof NestMembersAttribute
                    || e instanceof MethodModel m && !kept.contains(m));
    Map<String, ClassModel> unnamed = new LinkedHashMap<>();
    messages.forEach(m -> unnamed.put(m.thisClass().asInternalName(), m));
    Map<String, ClassModel> named = new TreeMap<>();
    for (Set<String> next = needed; !next.isEmpty(); ) {
      Set<String> found = new HashSet<>();
      for (String name : next) {
        ClassModel model = unnamed.remove(name);
        if (model != null) {
          named.put(name, model);
          typesOf(files.parse(files.transformClass(model, bare)), found);
        }
      }
      next = found;
    }
    // what only implementers name are the interfaces of getters that messages and their builders share
    ClassTransform drop =
        ClassTransform.dropping(e -> e instanceof MethodModel m && !kept.contains(m))
            .andThen(
                (builder, element) -> {
                  if (element instanceof Interfaces all) {
                    builder.withInterfaces(
                        all.interfaces().stream()
                            .filter(i -> !unnamed.containsKey(i.asInternalName()))
                            .toList());
                  } else {
                    builder.with(element);
                  }
                });
    Map<String, byte[]> classes = new LinkedHashMap<>();
    named.forEach(
        (name, model) -> classes.put(name + ".class", files.transformClass(model, drop)));
    write(jar, classes);
    System.out.printf(
        "%s: %d of %d methods and %d of %d classes of messages kept%n",
        jar.getFileName(),
        kept.size(),
        kept.size() + waiting.size(),
        classes.size(),
        messages.size());
  }

  private static void write(Path jar, Map<String, byte[]> files) throws IOException {
    try (JarOutputStream out =
        new JarOutputStream(new BufferedOutputStream(Files.newOutputStream(jar)))) {
      for (Map.Entry<String, byte[]> file : files.entrySet()) {
        JarEntry entry = new JarEntry(file.getKey());
        entry.setTime(0);
        out.putNextEntry(entry);
        out.write(file.getValue());
        out.closeEntry();
      }
    }
  }
}
