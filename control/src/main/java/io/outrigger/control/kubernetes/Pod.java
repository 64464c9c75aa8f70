package io.outrigger.control.kubernetes;

import io.outrigger.control.resource.Spec;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the mesh wants to know of a pod: addresses, service account and named ports. */
public record Pod(
    List<String> addresses,
    String serviceAccount,
    @Nullable String nodeName,
    Map<String, Integer> namedPorts)
    implements Spec {}
