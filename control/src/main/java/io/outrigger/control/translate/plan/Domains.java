package io.outrigger.control.translate.plan;

import io.outrigger.control.world.Service;
import java.util.ArrayList;
import java.util.List;

/** The names by which callers of a scope may name a service in a Host header. */
final class Domains {
  private Domains() {}

  static List<String> of(Service service, Scope scope) {
    List<String> out = new ArrayList<>();
    out.add(service.hostname());
    if (service.kubernetes()) {
      String name = service.name();
      if (service.namespace().equals(scope.namespace())) {
        out.add(name);
      }
      out.add(name + "." + service.namespace());
      out.add(name + "." + service.namespace() + ".svc");
    }
    if (service.consul() && service.namespace().equals(scope.namespace())) {
      out.add(service.name());
    }
    for (String address : service.addresses()) {
      if (address.indexOf('/') < 0) {
        out.add(address.indexOf(':') >= 0 ? "[" + address + "]" : address);
      }
    }
    return out;
  }
}
