package io.outrigger.control.world;

import io.outrigger.control.istio.Gateway;
import io.outrigger.control.resource.Resource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** All Gateways: which hold for a proxy, and which VirtualServices mean one. */
public final class Gateways {
  private final List<Resource> oldestFirst;
  private final List<Resource> own;

  /**
   * @param own those of the Gateway API, each heeded by proxies of its own namespace alone
   */
  Gateways(List<Resource> oldestFirst, List<Resource> own) {
    this.oldestFirst = List.copyOf(oldestFirst);
    this.own = List.copyOf(own);
  }

  /** Those that select a proxy of that namespace with these labels, oldest first. */
  public List<Resource> of(String namespace, Map<String, String> labels) {
    List<Resource> out = new ArrayList<>();
    for (Resource resource : oldestFirst) {
      if (selects(resource, labels)) {
        out.add(resource);
      }
    }
    for (Resource resource : own) {
      if (resource.namespace().equals(namespace) && selects(resource, labels)) {
        out.add(resource);
      }
    }
    return out;
  }

  private static boolean selects(Resource resource, Map<String, String> labels) {
    return labels.entrySet().containsAll(((Gateway) resource.spec()).selector().entrySet());
  }

  /** How a VirtualService may be bound to a gateway in full. */
  public static String fullName(Resource gateway) {
    return gateway.namespace() + "/" + gateway.name();
  }

  /**
   * The full name, {@code NAMESPACE/NAME}, of a gateway as a VirtualService of that namespace names
   * it: by name, {@code ./NAME}, in full, or in the form of old, {@code NAME.NAMESPACE}.
   */
  public static String resolve(String name, String namespace) {
    if (name.startsWith("./")) {
      return namespace + name.substring(1);
    }
    if (name.indexOf('/') >= 0) {
      return name;
    }
    int dot = name.indexOf('.');
    if (dot < 0) {
      return namespace + "/" + name;
    }
    int end = name.indexOf('.', dot + 1);
    return name.substring(dot + 1, end < 0 ? name.length() : end) + "/" + name.substring(0, dot);
  }
}
