package io.outrigger.control.world;

import io.outrigger.control.kubernetes.TlsSecret;
import io.outrigger.control.resource.Kind;
import io.outrigger.control.resource.Resource;
import io.outrigger.control.resource.ResourceId;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The Secrets that are for TLS. */
public final class Secrets {
  private final Map<ResourceId, Resource> resources;

  Secrets(Map<ResourceId, Resource> resources) {
    this.resources = resources;
  }

  /** The one of that name, or null. */
  public @Nullable TlsSecret find(String namespace, String name) {
    Resource resource = resources.get(new ResourceId(Kind.SECRET, namespace, name));
    return resource == null ? null : (TlsSecret) resource.spec();
  }
}
