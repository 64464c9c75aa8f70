package io.outrigger.control.world;

import io.outrigger.control.istio.VirtualService;
import io.outrigger.control.resource.Resource;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** All VirtualServices that sidecars heed, found by host. */
public final class VirtualServices {
  /** A VirtualService with its hosts in full. */
  public record Entry(Resource resource, VirtualService spec, List<String> hosts) {
    /** The namespace in which its short names are read. */
    public String namespace() {
      return resource.namespace();
    }
  }

  private final List<Entry> entries = new ArrayList<>();

  VirtualServices(List<Resource> oldestFirst, String domain) {
    for (Resource resource : oldestFirst) {
      VirtualService spec = (VirtualService) resource.spec();
      if (spec.forMesh()) {
        List<String> hosts =
            spec.hosts().stream()
                .map(host -> Hosts.resolve(host, resource.namespace(), domain))
                .toList();
        entries.add(new Entry(resource, spec, hosts));
      }
    }
  }

  /** Those that workloads of a namespace see, oldest first. */
  public List<Entry> visibleTo(String namespace) {
    return entries.stream()
        .filter(e -> Visibility.visible(e.spec.exportTo(), e.namespace(), namespace))
        .toList();
  }

  /** The one for a host: the closest pattern, then the caller's namespace, then the oldest. */
  public static @Nullable Entry find(List<Entry> visible, String callerNamespace, String hostname) {
    Entry found = null;
    String foundHost = "";
    for (Entry entry : visible) {
      for (String host : entry.hosts) {
        if (!Hosts.covers(host, hostname)) {
          continue;
        }
        if (found == null
            || Hosts.closer(host, foundHost)
            || (host.equals(foundHost)
                && entry.namespace().equals(callerNamespace)
                && !found.namespace().equals(callerNamespace))) {
          found = entry;
          foundHost = host;
        }
      }
    }
    return found;
  }
}
