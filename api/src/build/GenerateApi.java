import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.EnumDescriptorProto;
import com.google.protobuf.DescriptorProtos.EnumValueDescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.UnknownFieldSet;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Build step: runs protoc over a list of .proto files and all that they import, as lite messages, and
 * writes the schema table that the YAML and JSON codec reads at run time.
 *
 * <p>Run by the JDK's source launcher with protobuf-java (full, at build time only) on the class path.
 */
public final class GenerateApi {
  private static final Pattern IMPORT =
      Pattern.compile("^import\\s+(?:public\\s+|weak\\s+)?\"([^\"]+)\"", Pattern.MULTILINE);

  /** Extension number of validate.rules, of protoc-gen-validate, in FieldOptions and OneofOptions. */
  private static final int VALIDATE_RULES = 1071;

  /** Extension number of udpa.annotations.sensitive in FieldOptions. */
  private static final int SENSITIVE = 76569463;

  public static void main(String[] args) throws Exception {
    Path protoc = Path.of(args[0]);
    Path roots = Path.of(args[1]);
    Path own = Path.of(args[2]);
    Path fetched = Path.of(args[3]);
    Path out = Path.of(args[4]);
    Path classes = Path.of(args[5]);
    Path table = classes.resolve("io/outrigger/api/schema.bin");
    Path unread = roots.resolveSibling("unread.txt");
    String inputs =
        Files.readString(roots)
            + Files.readString(unread)
            + Files.readString(roots.resolveSibling("GenerateApi.java"));
    for (Path p : protosIn(own)) {
      inputs += Files.readString(p);
    }
    Path stamp = out.resolveSibling("protobuf.stamp");
    String digest = Integer.toHexString(inputs.hashCode());
    if (Files.exists(stamp) && Files.readString(stamp).equals(digest) && Files.exists(table)) {
      return;
    }
    protoc.toFile().setExecutable(true);
    TreeSet<String> files = new TreeSet<>();
    Deque<String> todo = new ArrayDeque<>();
    Files.readAllLines(roots).stream().filter(l -> !l.isBlank() && !l.startsWith("#")).forEach(todo::add);
    for (Path p : protosIn(own)) {
      todo.add(own.relativize(p).toString());
    }
    while (!todo.isEmpty()) {
      String file = todo.pop();
      if (!files.add(file)) {
        continue;
      }
      Path path = Files.exists(own.resolve(file)) ? own.resolve(file) : fetched.resolve(file);
      Matcher m = IMPORT.matcher(Files.readString(path));
      while (m.find()) {
        todo.add(m.group(1));
      }
    }
    // protobuf-javalite brings the classes of the well-known types, but not those of descriptor.proto
    List<String> generate = new ArrayList<>();
    for (String f : files) {
      if (!f.startsWith("google/protobuf/") || f.equals("google/protobuf/descriptor.proto")) {
        generate.add(f);
      }
    }
    Files.createDirectories(out);
    Files.createDirectories(table.getParent());
    Path set = out.resolveSibling("descriptors.bin");
    List<String> command =
        new ArrayList<>(
            List.of(
                protoc.toString(),
                "-I" + own,
                "-I" + fetched,
                "--java_out=lite:" + out,
                "--include_imports",
                "--descriptor_set_out=" + set));
    command.addAll(generate);
    int exit = new ProcessBuilder(command).inheritIO().start().waitFor();
    if (exit != 0) {
      throw new IOException("protoc exited with " + exit);
    }
    write(FileDescriptorSet.parseFrom(Files.readAllBytes(set)), unread(unread), table);
    Files.writeString(stamp, digest);
  }

  /** By message, the fields before the dash: see the file itself. */
  private static Map<String, Set<String>> unread(Path file) throws IOException {
    Map<String, Set<String>> fields = new HashMap<>();
    for (String line : Files.readAllLines(file)) {
      int colon = line.indexOf(": ");
      if (colon > 0 && !line.startsWith("#")) {
        String warned = (line.substring(colon + 2) + " ").split("- ", 2)[0].strip();
        fields.put(
            line.substring(0, colon),
            warned.isEmpty() ? Set.of() : Set.of(warned.split(" ")));
      }
    }
    return fields;
  }

  private static List<Path> protosIn(Path dir) throws IOException {
    try (var walk = Files.walk(dir)) {
      return walk.filter(p -> p.toString().endsWith(".proto")).sorted().toList();
    }
  }

  /**
   * Layout, big-endian as DataOutput writes it. First the directory, in the order of the names so that
   * a reader can search it as it lies: count of types; each: offset of its full name, offset of its
   * body; then the length of all names, and the names in ASCII. A body begins with a byte: 0 enum, 1 message, 2 map entry. An enum: count,
   * (name, number)... A message: count of oneofs, (name, flags: 1 required)..., count of fields,
   * fields. A field: name, JSON name, number (int), type (byte, as FieldDescriptorProto.Type), flags (1
   * repeated, 2 deprecated, 4 explicit presence, 8 sensitive, 16 unread), oneof index (byte, -1 none), type's full
   * name ("" for scalars), rules (bytes of validate.FieldRules, length first).
   */
  private static void write(FileDescriptorSet set, Map<String, Set<String>> unread, Path table)
      throws IOException {
    Map<String, EnumDescriptorProto> enums = new HashMap<>();
    Map<String, DescriptorProto> messages = new HashMap<>();
    for (FileDescriptorProto f : set.getFileList()) {
      String scope = f.getPackage().isEmpty() ? "" : f.getPackage() + ".";
      f.getEnumTypeList().forEach(e -> enums.put(scope + e.getName(), e));
      f.getMessageTypeList().forEach(m -> collect(scope, m, enums, messages));
    }
    TreeSet<String> names = new TreeSet<>(enums.keySet());
    names.addAll(messages.keySet());
    ByteArrayOutputStream bodies = new ByteArrayOutputStream();
    ByteArrayOutputStream directory = new ByteArrayOutputStream();
    DataOutputStream body = new DataOutputStream(bodies);
    DataOutputStream head = new DataOutputStream(directory);
    ByteArrayOutputStream texts = new ByteArrayOutputStream();
    head.writeInt(names.size());
    for (String name : names) {
      head.writeInt(texts.size());
      head.writeInt(body.size());
      texts.writeBytes(name.getBytes(StandardCharsets.US_ASCII));
      if (enums.containsKey(name)) {
        write(enums.get(name), body);
      } else {
        write(messages.get(name), unread.getOrDefault(name, Set.of()), body);
        unread.remove(name);
      }
    }
    if (!unread.isEmpty()) {
      throw new IOException("unread.txt names what is no message: " + unread);
    }
    head.writeInt(texts.size());
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(table))) {
      directory.writeTo(out);
      texts.writeTo(out);
      bodies.writeTo(out);
    }
  }

  private static void write(EnumDescriptorProto e, DataOutputStream d) throws IOException {
    d.writeByte(0);
    d.writeShort(e.getValueCount());
    for (EnumValueDescriptorProto v : e.getValueList()) {
      d.writeUTF(v.getName());
      d.writeInt(v.getNumber());
    }
  }

  private static void write(DescriptorProto m, Set<String> unread, DataOutputStream d)
      throws IOException {
    Set<String> left = new TreeSet<>(unread);
    d.writeByte(m.getOptions().getMapEntry() ? 2 : 1);
    d.writeByte(m.getOneofDeclCount());
    for (var oneof : m.getOneofDeclList()) {
      d.writeUTF(oneof.getName());
      d.writeByte(flag(oneof.getOptions().getUnknownFields(), VALIDATE_RULES) ? 1 : 0);
    }
    d.writeShort(m.getFieldCount());
    for (FieldDescriptorProto f : m.getFieldList()) {
      d.writeUTF(f.getName());
      d.writeUTF(f.getJsonName());
      d.writeInt(f.getNumber());
      d.writeByte(f.getType().getNumber());
      int flags = f.getLabel() == FieldDescriptorProto.Label.LABEL_REPEATED ? 1 : 0;
      flags |= f.getOptions().getDeprecated() ? 2 : 0;
      flags |= f.getProto3Optional() ? 4 : 0;
      flags |= flag(f.getOptions().getUnknownFields(), SENSITIVE) ? 8 : 0;
      flags |= left.remove(f.getName()) ? 16 : 0;
      d.writeByte(flags);
      d.writeByte(f.hasOneofIndex() && !f.getProto3Optional() ? f.getOneofIndex() : -1);
      String type = f.getTypeName();
      d.writeUTF(type.startsWith(".") ? type.substring(1) : type);
      byte[] rules = rules(f);
      d.writeShort(rules.length);
      d.write(rules);
    }
    if (!left.isEmpty()) {
      throw new IOException("unread.txt: " + m.getName() + " has no fields " + left);
    }
  }

  private static boolean flag(UnknownFieldSet options, int extension) {
    return options.getField(extension).getVarintList().contains(1L);
  }

  private static byte[] rules(FieldDescriptorProto f) {
    UnknownFieldSet unknown = f.getOptions().getUnknownFields();
    var parts = unknown.getField(VALIDATE_RULES).getLengthDelimitedList();
    return parts.isEmpty() ? new byte[0] : parts.get(0).toByteArray();
  }

  private static void collect(
      String scope,
      DescriptorProto m,
      Map<String, EnumDescriptorProto> enums,
      Map<String, DescriptorProto> messages) {
    String name = scope + m.getName();
    messages.put(name, m);
    m.getEnumTypeList().forEach(e -> enums.put(name + "." + e.getName(), e));
    m.getNestedTypeList().forEach(n -> collect(name + ".", n, enums, messages));
  }

  private GenerateApi() {}
}
