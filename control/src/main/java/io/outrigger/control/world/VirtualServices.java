package io.outrigger.control.world;

import io.outrigger.control.istio.VirtualService;
import io.outrigger.control.resource.Resource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** All VirtualServices: those that sidecars heed are found by host, others by gateway. */
public final class VirtualServices {
  /** A VirtualService with its hosts in full. */
  public record Entry(Resource resource, VirtualService spec, List<String> hosts) {
    /** The namespace in which its short names are read. */
    public String namespace() {
      return resource.namespace();
    }
  }

  /** Those that one namespace sees, found by host. */
  public static final class Visible {
    private final String namespace;
    private final List<Entry> all;
    private final Map<String, List<Entry>> exact = new HashMap<>();
    private final List<Entry> wildcards = new ArrayList<>();

    private Visible(String namespace, List<Entry> all) {
      this.namespace = namespace;
      this.all = all;
      for (Entry entry : all) {
        boolean wild = false;
        for (String host : entry.hosts) {
          if (host.startsWith("*")) {
            wild = true;
          } else {
            exact.computeIfAbsent(host, h -> new ArrayList<>()).add(entry);
          }
        }
        if (wild) {
          wildcards.add(entry);
        }
      }
    }

    /** Oldest first. */
    public List<Entry> all() {
      return all;
    }

    /** The one for a host: the closest pattern, then the caller's namespace, then the oldest. */
    public @Nullable Entry find(String hostname) {
      Entry found = first(exact.getOrDefault(hostname, List.of()));
      if (found != null) {
        return found;
      }
      String foundHost = "";
      for (Entry entry : wildcards) {
        for (String host : entry.hosts) {
          if (host.startsWith("*")
              && Hosts.covers(host, hostname)
              && (found == null
                  || Hosts.closer(host, foundHost)
                  || (host.equals(foundHost) && nearer(entry, found)))) {
            found = entry;
            foundHost = host;
          }
        }
      }
      return found;
    }

    private @Nullable Entry first(List<Entry> same) {
      Entry found = null;
      for (Entry entry : same) {
        if (found == null || nearer(entry, found)) {
          found = entry;
        }
      }
      return found;
    }

    private boolean nearer(Entry entry, Entry found) {
      return entry.namespace().equals(namespace) && !found.namespace().equals(namespace);
    }
  }

  private final List<Entry> entries = new ArrayList<>();
  private final Map<String, List<Entry>> byGateway = new HashMap<>();

  VirtualServices(List<Resource> oldestFirst, String domain) {
    for (Resource resource : oldestFirst) {
      VirtualService spec = (VirtualService) resource.spec();
      List<String> hosts =
          spec.hosts().stream()
              .map(host -> Hosts.resolve(host, resource.namespace(), domain))
              .toList();
      Entry entry = new Entry(resource, spec, hosts);
      if (spec.forMesh()) {
        entries.add(entry);
      }
      for (String gateway : new LinkedHashSet<>(spec.gateways())) {
        if (!gateway.equals(VirtualService.MESH)) {
          byGateway
              .computeIfAbsent(
                  Gateways.resolve(gateway, resource.namespace()), g -> new ArrayList<>())
              .add(entry);
        }
      }
    }
  }

  /** Those bound to a gateway that proxies of a namespace see, oldest first. */
  public List<Entry> of(String gateway, String namespace) {
    return byGateway.getOrDefault(gateway, List.of()).stream()
        .filter(e -> Visibility.visible(e.spec.exportTo(), e.namespace(), namespace))
        .toList();
  }

  /** Those that workloads of a namespace see. */
  public Visible visibleTo(String namespace) {
    return new Visible(
        namespace,
        entries.stream()
            .filter(e -> Visibility.visible(e.spec.exportTo(), e.namespace(), namespace))
            .toList());
  }
}
