package io.outrigger.control.world;

import io.outrigger.control.istio.PeerAuthentication;
import io.outrigger.control.istio.PeerAuthentication.Mode;
import io.outrigger.control.resource.Resource;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** All PeerAuthentications: which mode holds for a workload's port. */
public final class PeerAuthentications {
  private final List<Resource> oldestFirst;
  private final String rootNamespace;

  PeerAuthentications(List<Resource> oldestFirst, String rootNamespace) {
    this.oldestFirst = List.copyOf(oldestFirst);
    this.rootNamespace = rootNamespace;
  }

  /**
   * The mode of a workload's own port: its port level, else the workload's, the namespace's, the
   * mesh's, else PERMISSIVE. At each level the oldest resource wins; UNSET asks the next.
   *
   * @param ports the numbers that the port may be known by: the workload's, and where a sidecar
   *     binds one of its own in front of it, that one too
   */
  public Mode mode(String namespace, Map<String, String> labels, int... ports) {
    PeerAuthentication workload = null;
    PeerAuthentication ofNamespace = null;
    PeerAuthentication mesh = null;
    for (Resource resource : oldestFirst) {
      PeerAuthentication spec = (PeerAuthentication) resource.spec();
      boolean here = resource.namespace().equals(namespace);
      if (!spec.selector().isEmpty()) {
        if (workload == null && here && labels.entrySet().containsAll(spec.selector().entrySet())) {
          workload = spec;
        }
      } else if (resource.namespace().equals(rootNamespace)) {
        mesh = mesh == null ? spec : mesh;
      } else if (here && ofNamespace == null) {
        ofNamespace = spec;
      }
    }
    if (workload != null) {
      for (int port : ports) {
        Mode ofPort = workload.portLevelMtls().getOrDefault(port, Mode.UNSET);
        if (ofPort != Mode.UNSET) {
          return ofPort;
        }
      }
    }
    return firstSet(workload, ofNamespace, mesh);
  }

  private static Mode firstSet(@Nullable PeerAuthentication... levels) {
    for (PeerAuthentication level : levels) {
      if (level != null && level.mode() != Mode.UNSET) {
        return level.mode();
      }
    }
    return Mode.PERMISSIVE;
  }
}
