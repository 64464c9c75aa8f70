package io.outrigger.control.istio;

import java.util.List;
import java.util.Map;

/** Changes to request and response headers. */
public record HeaderOperations(Operations request, Operations response) {
  public static final HeaderOperations NONE =
      new HeaderOperations(Operations.NONE, Operations.NONE);

  /** Set replaces, add appends; both keep the order of the file. */
  public record Operations(Map<String, String> set, Map<String, String> add, List<String> remove) {
    public static final Operations NONE = new Operations(Map.of(), Map.of(), List.of());
  }
}
