package io.outrigger.proxy.http;

import io.outrigger.config.http.HeaderName;
import io.outrigger.config.http.Headers;
import io.outrigger.config.http.SingleFields;
import io.outrigger.config.route.HeaderMutation;
import io.outrigger.config.route.HeaderMutations;
import io.outrigger.proxy.accesslog.LogEntry;
import io.outrigger.proxy.accesslog.ValueFormat;
import java.util.List;

/** Makes configured changes to a header block. One a worker. */
public final class HeaderMutator {
  private final ValueFormat values;

  public HeaderMutator(ValueFormat values) {
    this.values = values;
  }

  /** Makes the changes in their order; formats are evaluated against {@code entry}. */
  public void apply(HeaderMutations mutations, Headers headers, LogEntry entry) {
    List<HeaderMutation> steps = mutations.steps();
    for (int i = 0, size = steps.size(); i < size; i++) {
      HeaderMutation step = steps.get(i);
      if (step instanceof HeaderMutation.Remove remove) {
        headers.remove(remove.name());
      } else if (step instanceof HeaderMutation.RemoveMatching matching) {
        removeMatching(matching, headers);
      } else if (step instanceof HeaderMutation.Put put) {
        put(put, headers, entry);
      } else {
        throw new IllegalStateException("unknown HeaderMutation: " + step);
      }
    }
  }

  private static void removeMatching(HeaderMutation.RemoveMatching matching, Headers headers) {
    for (int slot = 0; slot < headers.slots(); slot++) {
      if (headers.isLive(slot)
          && headers.data()[headers.nameOffset(slot)] != ':'
          && matching
              .name()
              .matches(headers.data(), headers.nameOffset(slot), headers.nameLength(slot))) {
        headers.removeSlot(slot);
      }
    }
  }

  private void put(HeaderMutation.Put put, Headers headers, LogEntry entry) {
    byte[] value = put.value().constant();
    int length;
    if (value == null) {
      length = values.write(put.value(), entry);
      value = values.data();
    } else {
      length = value.length;
    }
    if (length == 0 && !put.keepEmpty()) {
      return;
    }
    HeaderName name = put.name();
    switch (put.action()) {
      case APPEND_IF_EXISTS_OR_ADD -> SingleFields.append(headers, name, value, length);
      case ADD_IF_ABSENT -> {
        if (!headers.contains(name)) {
          headers.add(name, value, 0, length);
        }
      }
      case OVERWRITE_IF_EXISTS_OR_ADD -> headers.set(name, value, 0, length);
      case OVERWRITE_IF_EXISTS -> {
        if (headers.contains(name)) {
          headers.set(name, value, 0, length);
        }
      }
    }
  }
}
