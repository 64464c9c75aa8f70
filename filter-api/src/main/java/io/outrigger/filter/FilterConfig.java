package io.outrigger.filter;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A filter's configuration: what stands under {@code value} of its TypedStruct, as JSON has it.
 *
 * <p>Fields that are read are known; {@link #done} refuses the others, with what there is.
 */
public final class FilterConfig {
  private final Map<String, Object> fields;
  private final Set<String> read = new HashSet<>();

  private FilterConfig(Map<String, Object> fields) {
    this.fields = fields;
  }

  /** A configuration of texts, numbers (Double), booleans, lists and maps of these. */
  public static FilterConfig of(Map<String, Object> fields) {
    return new FilterConfig(Map.copyOf(fields));
  }

  /** A text; {@code otherwise} if it isn't there. */
  public String text(String name, String otherwise) throws FilterConfigException {
    String found = field(name, String.class, "a text");
    return found == null ? otherwise : found;
  }

  /** A text that must be there. */
  public String text(String name) throws FilterConfigException {
    String found = field(name, String.class, "a text");
    if (found == null) {
      throw new FilterConfigException(name + " is required");
    }
    return found;
  }

  /** A number; {@code otherwise} if it isn't there. */
  public double number(String name, double otherwise) throws FilterConfigException {
    Double found = field(name, Double.class, "a number");
    return found == null ? otherwise : found;
  }

  /** True or false; {@code otherwise} if it isn't there. */
  public boolean flag(String name, boolean otherwise) throws FilterConfigException {
    Boolean found = field(name, Boolean.class, "true or false");
    return found == null ? otherwise : found;
  }

  /** A list of texts; empty if it isn't there. */
  public List<String> texts(String name) throws FilterConfigException {
    List<?> found = field(name, List.class, "a list of texts");
    List<String> texts = new ArrayList<>();
    if (found != null) {
      for (Object one : found) {
        if (!(one instanceof String text)) {
          throw new FilterConfigException(name + " is " + found + "; a list of texts is needed");
        }
        texts.add(text);
      }
    }
    return List.copyOf(texts);
  }

  /** All of it, for what the methods above don't read. */
  public Map<String, Object> fields() {
    read.addAll(fields.keySet());
    return fields;
  }

  /** Refuses fields that were not read. */
  public void done() throws FilterConfigException {
    for (String name : fields.keySet()) {
      if (!read.contains(name)) {
        throw new FilterConfigException(name + " is no field; there are " + new TreeSet<>(read));
      }
    }
  }

  private <T> @Nullable T field(String name, Class<T> type, String wanted)
      throws FilterConfigException {
    read.add(name);
    Object found = fields.get(name);
    if (found == null) {
      return null;
    }
    if (!type.isInstance(found)) {
      throw new FilterConfigException(name + " is " + found + "; " + wanted + " is needed");
    }
    return type.cast(found);
  }
}
