package io.outrigger.control.publish;

import io.outrigger.control.gatewayapi.Condition;
import io.outrigger.control.gatewayapi.GatewayApi;
import io.outrigger.control.gatewayapi.ObjectRef;
import io.outrigger.control.gatewayapi.Status;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Makes the {@code status} of an object from what it is to be told and what stands there: the time
 * of a condition that holds as before, and what others have written, stay.
 */
final class StatusDocument {
  private final Map<String, Object> before;
  private final String now;
  private final long generation;

  private StatusDocument(Map<String, Object> before, String now, long generation) {
    this.before = before;
    this.now = now;
    this.generation = generation;
  }

  static Map<String, Object> ofClass(
      Status.OfClass status, List<String> features, Map<String, Object> before, String now) {
    StatusDocument made = new StatusDocument(before, now, status.generation());
    Map<String, Object> out = new LinkedHashMap<>(before);
    out.put("conditions", made.conditions(list(before, "conditions"), status.conditions()));
    List<Object> names = new ArrayList<>();
    features.forEach(name -> names.add(Map.of("name", name)));
    out.put("supportedFeatures", names);
    return out;
  }

  static Map<String, Object> ofRoute(
      Status.OfRoute status, Map<String, Object> before, String now) {
    StatusDocument made = new StatusDocument(before, now, status.generation());
    List<Object> parents = new ArrayList<>();
    for (Object parent : list(before, "parents")) {
      if (!GatewayApi.CONTROLLER.equals(map(parent).get("controllerName"))) {
        parents.add(parent);
      }
    }
    for (Status.Parent parent : status.parents()) {
      parents.add(made.parent(parent));
    }
    Map<String, Object> out = new LinkedHashMap<>(before);
    out.put("parents", parents);
    return out;
  }

  private Map<String, Object> parent(Status.Parent parent) {
    Map<String, Object> reference = reference(parent.parent());
    List<?> last = List.of();
    for (Object other : list(before, "parents")) {
      if (GatewayApi.CONTROLLER.equals(map(other).get("controllerName"))
          && reference.equals(map(other).get("parentRef"))) {
        last = list(map(other), "conditions");
      }
    }
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("parentRef", reference);
    out.put("controllerName", GatewayApi.CONTROLLER);
    out.put("conditions", conditions(last, parent.conditions()));
    return out;
  }

  private static Map<String, Object> reference(ObjectRef to) {
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("group", to.group());
    out.put("kind", to.kind());
    put(out, "namespace", to.namespace());
    out.put("name", to.name());
    put(out, "sectionName", to.sectionName());
    put(out, "port", to.port());
    return out;
  }

  private static void put(Map<String, Object> out, String name, @Nullable Object value) {
    if (value != null) {
      out.put(name, value);
    }
  }

  static Map<String, Object> ofGateway(
      Status.OfGateway status, Programmed programmed, Map<String, Object> before, String now) {
    StatusDocument made = new StatusDocument(before, now, status.generation());
    Map<String, Object> out = new LinkedHashMap<>(before);
    List<Object> addresses = new ArrayList<>();
    for (String address : programmed.addresses()) {
      Map<String, Object> one = new LinkedHashMap<>();
      one.put("type", Programmed.isHostname(address) ? "Hostname" : "IPAddress");
      one.put("value", address);
      addresses.add(one);
    }
    out.put("addresses", addresses);
    List<Condition> conditions = new ArrayList<>(status.conditions());
    conditions.add(programmed.gateway(status));
    out.put("conditions", made.conditions(list(before, "conditions"), conditions));
    List<Object> listeners = new ArrayList<>();
    for (Status.OfListener listener : status.listeners()) {
      listeners.add(made.listener(listener, programmed));
    }
    out.put("listeners", listeners);
    return out;
  }

  private Map<String, Object> listener(Status.OfListener listener, Programmed programmed) {
    List<?> last = List.of();
    for (Object other : list(before, "listeners")) {
      if (listener.name().equals(map(other).get("name"))) {
        last = list(map(other), "conditions");
      }
    }
    List<Object> kinds = new ArrayList<>();
    listener.kinds().forEach(k -> kinds.add(Map.of("group", k.group(), "kind", k.kind())));
    List<Condition> conditions = new ArrayList<>(listener.conditions());
    conditions.add(programmed.listener(listener));
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("name", listener.name());
    out.put("supportedKinds", kinds);
    out.put("attachedRoutes", listener.attachedRoutes());
    out.put("conditions", conditions(last, conditions));
    return out;
  }

  private List<Object> conditions(List<?> last, List<Condition> wanted) {
    Map<Object, Object> out = new LinkedHashMap<>();
    Map<Object, Map<String, Object>> known = new LinkedHashMap<>();
    for (Object one : last) {
      known.put(map(one).get("type"), map(one));
      out.put(map(one).get("type"), one);
    }
    for (Condition condition : wanted) {
      String holds = condition.holds() ? "True" : "False";
      Map<String, Object> was = known.getOrDefault(condition.type(), Map.of());
      Object since = holds.equals(was.get("status")) ? was.get("lastTransitionTime") : null;
      Map<String, Object> one = new LinkedHashMap<>();
      one.put("type", condition.type());
      one.put("status", holds);
      one.put("observedGeneration", Math.toIntExact(generation));
      one.put("lastTransitionTime", since == null ? now : since);
      one.put("reason", condition.reason());
      one.put("message", condition.message());
      out.put(condition.type(), one);
    }
    return new ArrayList<>(out.values());
  }

  private static List<?> list(Map<String, Object> of, String name) {
    return of.get(name) instanceof List<?> list ? list : List.of();
  }

  @SuppressWarnings("unchecked") // what JSON was read into has texts for keys
  static Map<String, Object> map(@Nullable Object value) {
    return value instanceof Map<?, ?> map ? (Map<String, Object>) map : Map.of();
  }
}
