import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.MethodModel;
import java.lang.classfile.CodeModel;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;

/**
 * protobuf's lite runtime without three look-ups: of Android's classes, and of the full runtime's. Each
 * class that isn't there is looked for in every jar of the class path, which opens and indexes them all,
 * for 40 ms of a start. Where a look-up finds nothing, these methods answer null; here they always do.
 */
final class LiteRuntime {
  private static final String PACKAGE = "com/google/protobuf/";
  private static final Map<String, String> LOOKUPS =
      Map.of(
          "Android", "getClassForName",
          "ExtensionRegistryFactory", "reflectExtensionRegistry",
          "SchemaUtil", "getGeneratedMessageClass");

  private LiteRuntime() {}

  /**
   * The jar's files by name.
   *
   * @throws IOException if a look-up isn't where it was: a new version has to be read anew
   */
  static Map<String, byte[]> withoutLookups(Path jar) throws IOException {
    Map<String, byte[]> result = new LinkedHashMap<>();
    try (JarFile file = new JarFile(jar.toFile())) {
      for (JarEntry entry : (Iterable<JarEntry>) file.stream()::iterator) {
        String name = entry.getName();
        if (name.startsWith(PACKAGE) && name.endsWith(".class")) {
          byte[] bytes = file.getInputStream(entry).readAllBytes();
          String lookup = LOOKUPS.get(name.substring(PACKAGE.length(), name.length() - 6));
          result.put(name, lookup == null ? bytes : without(lookup, bytes, jar));
        }
      }
    }
    return result;
  }

  private static byte[] without(String lookup, byte[] bytes, Path jar) throws IOException {
    ClassFile files = ClassFile.of();
    ClassModel model = files.parse(bytes);
    if (model.methods().stream().noneMatch(m -> isLookup(m, lookup))) {
      throw new IOException(
          jar.getFileName()
              + ": "
              + model.thisClass().asInternalName()
              + " has no method "
              + lookup
              + " of a Class any more: see what this version looks for, and mend LiteRuntime");
    }
    return files.transformClass(
        model,
        ClassTransform.transformingMethods(
            m -> isLookup(m, lookup),
            (builder, element) -> {
              if (element instanceof CodeModel) {
                builder.withCode(code -> code.aconst_null().areturn());
              } else {
                builder.with(element);
              }
            }));
  }

  private static boolean isLookup(MethodModel method, String name) {
    return method.methodName().equalsString(name)
        && method.methodType().stringValue().endsWith(")Ljava/lang/Class;");
  }
}
