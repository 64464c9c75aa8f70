package io.outrigger.control.debug;

import io.outrigger.api.schema.JsonWriter;
import io.outrigger.control.debug.DebugServer.Page;
import io.outrigger.control.resource.Resource;
import io.outrigger.control.world.Endpoint;
import io.outrigger.control.world.Service;
import io.outrigger.control.world.ServicePort;
import io.outrigger.control.world.World;
import io.outrigger.control.world.Worlds;
import java.util.Map;

/** Pages about the world in force: services, endpoints, resources. */
public final class WorldPages {
  private final Worlds worlds;

  public WorldPages(Worlds worlds) {
    this.worlds = worlds;
  }

  /** Every service and its ports. */
  public Page registryz(Map<String, String> query) {
    JsonWriter out = new JsonWriter(true).beginArray();
    for (Service service : worlds.current().services()) {
      out.beginObject().name("hostname").value(service.hostname());
      out.name("namespace").value(service.namespace());
      out.name("resolution").value(service.resolution().name());
      out.name("source").value(service.id().toString());
      out.name("ports").beginArray();
      for (ServicePort port : service.ports()) {
        out.beginObject().name("port").value((long) port.number());
        out.name("name").value(port.name()).name("protocol").value(port.protocol().name());
        out.endObject();
      }
      out.endArray().endObject();
    }
    return Page.json(out.endArray().toString());
  }

  /** Every endpoint of every service's port. */
  public Page endpointz(Map<String, String> query) {
    World world = worlds.current();
    JsonWriter out = new JsonWriter(true).beginArray();
    for (Service service : world.services()) {
      for (ServicePort port : service.ports()) {
        out.beginObject().name("service").value(service.hostname() + ":" + port.number());
        out.name("endpoints").beginArray();
        for (Endpoint endpoint : world.endpoints(service, port)) {
          out.beginObject().name("address").value(endpoint.address() + ":" + endpoint.port());
          out.name("workload").value(endpoint.workload());
          out.name("health").value(endpoint.health().name());
          out.name("sidecar").value(endpoint.sidecar()).name("labels").beginObject();
          endpoint.labels().forEach((key, value) -> out.name(key).value(value));
          out.endObject().endObject();
        }
        out.endArray().endObject();
      }
    }
    return Page.json(out.endArray().toString());
  }

  /** Every resource in force, and where it was read. */
  public Page configz(Map<String, String> query) {
    World world = worlds.current();
    JsonWriter out = new JsonWriter(true).beginObject();
    out.name("generation").value(world.generation()).name("resources").beginArray();
    for (Resource resource : world.resources().values()) {
      out.beginObject().name("resource").value(resource.id().toString());
      out.name("place").value(resource.place().toString()).endObject();
    }
    return Page.json(out.endArray().endObject().toString());
  }
}
