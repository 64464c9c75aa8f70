package io.outrigger.proxy.admin;

import io.outrigger.api.schema.JsonWriter;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** {@code /runtime}, which shows the runtime's layers, and {@code POST /runtime_modify}. */
public final class RuntimePages {
  private static final String USAGE =
      """
      usage: /runtime_modify?key1=value1&key2=value2&keyN=valueN
             or send the parameters as form values
      use an empty value to remove a previously added override""";

  private final Supplier<List<String>> layers;
  private final Supplier<Map<String, List<String>>> entries;
  private final Predicate<Map<String, String>> modify;

  /** What the layers are called, what each says by key, and how values are set. */
  public RuntimePages(
      Supplier<List<String>> layers,
      Supplier<Map<String, List<String>>> entries,
      Predicate<Map<String, String>> modify) {
    this.layers = layers;
    this.entries = entries;
    this.modify = modify;
  }

  public void register(AdminPages pages) {
    pages.get("/runtime", "print runtime values", List.of(), request -> show());
    pages.post(
        "/runtime_modify",
        "Adds or modifies runtime values as passed in query parameters. To delete a previously"
            + " added key, use an empty string as the value. Note that deletion only applies to"
            + " overrides added via this endpoint; values loaded from disk can be modified via"
            + " override but not deleted. E.g. ?key1=value1&key2=value2...",
        List.of(),
        request -> change(request.query()));
  }

  private AdminReply show() {
    JsonWriter out = new JsonWriter(true);
    out.beginObject();
    out.name("entries").beginObject();
    entries
        .get()
        .forEach(
            (key, said) -> {
              out.name(key).beginObject();
              out.name("layer_values").beginArray();
              String last = "";
              for (String value : said) {
                out.value(value);
                last = value.isEmpty() ? last : value;
              }
              out.endArray();
              out.name("final_value").value(last);
              out.endObject();
            });
    out.endObject();
    out.name("layers").beginArray();
    for (String name : layers.get()) {
      out.value(name);
    }
    out.endArray();
    out.endObject();
    return AdminReply.json(out + "\n");
  }

  private AdminReply change(Map<String, String> values) {
    if (values.isEmpty()) {
      return AdminReply.error(400, USAGE);
    }
    return modify.test(values)
        ? AdminReply.text("OK\n")
        : AdminReply.error(503, "No admin layer specified");
  }
}
