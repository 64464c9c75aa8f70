import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.MethodModel;
import java.lang.classfile.instruction.ConstantInstruction;
import java.lang.classfile.instruction.FieldInstruction;
import java.lang.classfile.instruction.InvokeDynamicInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.constant.DirectMethodHandleDesc;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;

/**
 * Prints docs/COMPAT-fields.md: which fields of Envoy's configuration the compilers read, which warn
 * and which are refused, as the compiled classes tell it.
 *
 * <p>A field is read if a method of the config, xds or proxy module calls an accessor of it. It warns
 * or is refused if a method that looks at its message names it to Problems.ignored, Problems.unsupported,
 * or to a warning or an error that says it has no effect or isn't supported. What remains must stand in
 * the list of unread fields, which has the schema warn of them or says that none is needed: else exit code 1. Messages are those that are parsed, of Envoy's config and extensions packages, and what
 * their read fields hold.
 *
 * <p>Arguments: the folder with the modules' jars, the list of unread fields.
 */
public final class FieldTable {
  private static final String PACKAGE = "io/envoyproxy/";
  private static final String CONFIGURATION = PACKAGE + "envoy/(config|extensions)/.*";

  /** A message's fields, as the generated class has them: accessor stem to field, and what they hold. */
  private record Message(Map<String, String> byStem, Map<String, String> types) {}

  private final Map<String, Message> messages = new HashMap<>();
  private final Map<String, Set<String>> read = new HashMap<>();
  private final Map<String, Set<String>> warned = new HashMap<>();
  private final Map<String, Set<String>> refused = new HashMap<>();
  private final Set<String> roots = new TreeSet<>();
  private final Map<String, Set<String>> unreadWarned = new HashMap<>();
  private final Map<String, Set<String>> harmless = new HashMap<>();
  private final List<String> unknown = new ArrayList<>();
  private final List<String> idle = new ArrayList<>();

  public static void main(String[] args) throws IOException {
    FieldTable table = new FieldTable();
    Path lib = Path.of(args[0]);
    table.each(jar(lib, "api"), table::message);
    for (String module : List.of("config", "xds", "proxy")) {
      table.each(jar(lib, module), (name, model) -> table.caller(model));
    }
    table.unread(Path.of(args[1]));
    table.print();
    if (!table.unknown.isEmpty()) {
      System.err.println("no code reads these, and " + args[1] + " lacks them: " + table.unknown);
      System.exit(1);
    }
    if (!table.idle.isEmpty()) {
      System.err.println(args[1] + " has fields that are read: " + table.idle);
      System.exit(1);
    }
  }

  private void unread(Path list) throws IOException {
    for (String line : Files.readAllLines(list)) {
      int colon = line.indexOf(": ");
      if (colon < 0 || line.startsWith("#")) {
        continue;
      }
      String[] fields = (line.substring(colon + 2) + " ").split("- ", 2);
      fields(unreadWarned, line.substring(0, colon), fields[0]);
      fields(harmless, line.substring(0, colon), fields.length > 1 ? fields[1] : "");
    }
  }

  private static void fields(Map<String, Set<String>> out, String message, String fields) {
    if (!fields.isBlank()) {
      out.put(message, new TreeSet<>(List.of(fields.strip().split(" "))));
    }
  }

  private static Path jar(Path lib, String module) throws IOException {
    try (var files = Files.list(lib)) {
      return files
          .filter(f -> f.getFileName().toString().matches(module + "-[0-9].*\\.jar"))
          .findFirst()
          .orElseThrow(() -> new IOException("no jar of " + module + " in " + lib));
    }
  }

  private interface Reader {
    void read(String name, ClassModel model);
  }

  private void each(Path jar, Reader reader) throws IOException {
    try (JarFile file = new JarFile(jar.toFile())) {
      for (JarEntry entry : (Iterable<JarEntry>) file.stream()::iterator) {
        String name = entry.getName();
        if (name.endsWith(".class") && !name.startsWith("META-INF/")) {
          reader.read(
              name.substring(0, name.length() - 6),
              ClassFile.of().parse(file.getInputStream(entry).readAllBytes()));
        }
      }
    }
  }

  private void message(String name, ClassModel model) {
    if (!name.startsWith(PACKAGE)
        || !model.superclass().map(s -> s.asInternalName().endsWith("/GeneratedMessageLite")).orElse(false)) {
      return;
    }
    Map<String, String> byStem = new LinkedHashMap<>();
    model
        .fields()
        .forEach(
            field -> {
              String constant = field.fieldName().stringValue();
              if (constant.endsWith("_FIELD_NUMBER")) {
                String lower = constant.substring(0, constant.length() - 13).toLowerCase(Locale.ROOT);
                byStem.put(camel(lower), lower);
              }
            });
    Map<String, String> types = new HashMap<>();
    for (MethodModel method : model.methods()) {
      String called = method.methodName().stringValue();
      String result = method.methodTypeSymbol().returnType().descriptorString();
      String field = called.startsWith("get") ? byStem.get(called.substring(3)) : null;
      if (field != null && result.startsWith("L" + PACKAGE)) {
        types.put(field, result.substring(1, result.length() - 1));
      }
    }
    messages.put(name, new Message(byStem, types));
  }

  /** As protoc makes names: a letter after an underscore or a digit is a capital. */
  private static String camel(String field) {
    StringBuilder out = new StringBuilder();
    boolean capital = true;
    for (char c : field.toCharArray()) {
      if (c == '_') {
        capital = true;
      } else {
        out.append(capital ? Character.toUpperCase(c) : c);
        capital = Character.isDigit(c);
      }
    }
    return out.toString();
  }

  private void caller(ClassModel model) {
    Map<String, Set<String>> here = new HashMap<>();
    List<String> ignored = new ArrayList<>();
    List<String> unsupported = new ArrayList<>();
    for (MethodModel method : model.methods()) {
      if (method.code().isEmpty()) {
        continue;
      }
      Deque<String> texts = new ArrayDeque<>(List.of("", ""));
      for (var element : method.code().get()) {
        if (element instanceof ConstantInstruction constant
            && constant.constantValue() instanceof String text) {
          texts.addFirst(text);
        } else if (element instanceof InvokeDynamicInstruction dynamic) {
          for (var argument : dynamic.bootstrapArgs()) {
            if (argument instanceof DirectMethodHandleDesc handle) {
              String owner = handle.owner().descriptorString();
              called(owner.substring(1, owner.length() - 1), handle.methodName(), here);
            }
          }
        } else if (element instanceof InvokeInstruction invoke) {
          String owner = invoke.owner().asInternalName();
          String name = invoke.name().stringValue();
          called(owner, name, here);
          told(owner, name, texts, ignored, unsupported);
        } else if (element instanceof FieldInstruction field
            && field.owner().asInternalName().endsWith("Case")) {
          String owner = field.owner().asInternalName();
          String constant = field.name().stringValue().toLowerCase(Locale.ROOT);
          called(owner.substring(0, owner.lastIndexOf('$')), "has" + camel(constant), here);
        }
      }
    }
    here.forEach((message, fields) -> read.computeIfAbsent(message, m -> new HashSet<>()).addAll(fields));
    assign(ignored, here, warned);
    assign(unsupported, here, refused);
  }

  private void called(String owner, String name, Map<String, Set<String>> here) {
    Message message = messages.get(owner);
    if (message == null) {
      return;
    }
    if ((name.equals("parser") || name.equals("parseFrom")) && owner.matches(CONFIGURATION)) {
      roots.add(owner);
    }
    String stem = name.startsWith("has") || name.startsWith("get") ? name.substring(3) : name.startsWith("contains") ? name.substring(8) : "";
    for (String ending : List.of("", "List", "Count", "Map", "OrDefault", "OrThrow", "Bytes", "Value", "ValueList")) {
      if (stem.endsWith(ending)) {
        String field = message.byStem.get(stem.substring(0, stem.length() - ending.length()));
        if (field != null) {
          here.computeIfAbsent(owner, o -> new HashSet<>()).add(field);
        }
      }
    }
  }

  private static void told(
      String owner, String name, Deque<String> texts, List<String> ignored, List<String> unsupported) {
    if (name.equals("ignored")) {
      ignored.add(texts.getFirst());
    } else if (name.equals("unsupported")) {
      unsupported.add(texts.getFirst());
    } else if (owner.endsWith("/Problems") && (name.equals("warning") || name.equals("error"))) {
      String message = texts.getFirst();
      if (message.contains("no effect") || message.matches(".*(not|n't) supported.*")) {
        String field = texts.stream().skip(1).findFirst().orElse("");
        (name.equals("warning") ? ignored : unsupported).add(field);
      }
    }
  }

  private void assign(List<String> fields, Map<String, Set<String>> here, Map<String, Set<String>> out) {
    for (String field : fields) {
      here.forEach(
          (message, known) -> {
            if (known.contains(field)) {
              out.computeIfAbsent(message, m -> new TreeSet<>()).add(field);
            }
          });
    }
  }

  private void print() {
    Deque<String> todo = new ArrayDeque<>(roots);
    Set<String> reached = new TreeSet<>(roots);
    while (!todo.isEmpty()) {
      String name = todo.remove();
      messages.get(name).types.forEach(
          (field, type) -> {
            if (read.getOrDefault(name, Set.of()).contains(field)
                && !refused.getOrDefault(name, Set.of()).contains(field)
                && messages.containsKey(type)
                && read.containsKey(type)
                && reached.add(type)) {
              todo.add(type);
            }
          });
    }
    int[] sums = new int[4];
    Map<String, String> rows = new TreeMap<>();
    for (String name : reached) {
      Message message = messages.get(name);
      Set<String> no = refused.getOrDefault(name, Set.of());
      Set<String> warn = new TreeSet<>(warned.getOrDefault(name, Set.of()));
      warn.removeAll(no);
      Set<String> unread = new TreeSet<>(message.byStem.values());
      unread.removeAll(read.getOrDefault(name, Set.of()));
      String proto = name.substring(PACKAGE.length()).replace('/', '.').replace('$', '.');
      Set<String> told = unreadWarned.getOrDefault(proto, Set.of());
      Set<String> fine = harmless.getOrDefault(proto, Set.of());
      for (String field : unread) {
        if (!told.contains(field) && !fine.contains(field)) {
          unknown.add(proto + "." + field);
        }
      }
      for (Set<String> listed : List.of(told, fine)) {
        listed.stream().filter(f -> !unread.contains(f)).forEach(f -> idle.add(proto + "." + f));
      }
      unread.removeAll(told);
      warn.addAll(told);
      int good = message.byStem.size() - no.size() - warn.size() - unread.size();
      sums[0] += good;
      sums[1] += warn.size();
      sums[2] += no.size();
      sums[3] += unread.size();
      rows.put(
          proto,
          " | %d of %d | %s | %s | %s |"
              .formatted(good, message.byStem.size(), list(warn), list(no), list(unread)));
    }
    System.out.printf(
        """
        # Fields of Envoy's configuration
        Made by `bin/compat` from the compiled classes of the proxy; not to be edited. What differs in behaviour is in [COMPAT.md](COMPAT.md).

        Of %d messages the proxy reads %d fields; %d warn when they are set, or in some of their values; %d are refused, or some of their
        values are; %d are without consequence: what they ask for is so anyway, or they name what is found by its type, or Envoy makes
        nothing of them either. A field is taken as read if its accessor, or its case of a oneof, is named somewhere in the proxy.
        Messages that are not here are refused by their type where they are named, or are read only to be refused.

        | message | in effect | warn | refused | without consequence |
        |---|---|---|---|---|
        """,
        rows.size(), sums[0], sums[1], sums[2], sums[3]);
    rows.forEach((name, row) -> System.out.println("| " + name + row));
  }

  private static String list(Set<String> fields) {
    return String.join(", ", fields);
  }
}
