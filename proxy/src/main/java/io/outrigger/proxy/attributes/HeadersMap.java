package io.outrigger.proxy.attributes;

import io.outrigger.config.cel.CelMap;
import io.outrigger.config.http.HeaderName;
import io.outrigger.config.http.Headers;
import io.outrigger.config.http.JoinedValue;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Headers by name, in any case; one that is there more than once is joined by commas. */
record HeadersMap(Headers headers) implements CelMap {
  @Override
  public @Nullable Object get(Object key) {
    if (!(key instanceof String name)) {
      return null;
    }
    HeaderName asked = HeaderName.of(name);
    return JoinedValue.of(headers, asked == HeaderName.HOST ? HeaderName.AUTHORITY : asked);
  }

  @Override
  public Collection<Object> keys() {
    Set<Object> names = new LinkedHashSet<>();
    for (int slot = 0; slot < headers.slots(); slot++) {
      if (headers.isLive(slot)) {
        names.add(headers.nameText(slot));
      }
    }
    return names;
  }

  /** Those of names and values. */
  static long bytes(@Nullable Headers headers) {
    long sum = 0;
    for (int slot = 0; headers != null && slot < headers.slots(); slot++) {
      sum += headers.isLive(slot) ? headers.nameLength(slot) + headers.valueLength(slot) : 0;
    }
    return sum;
  }
}
