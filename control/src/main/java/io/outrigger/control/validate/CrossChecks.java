package io.outrigger.control.validate;

import io.outrigger.api.yaml.Suggestion;
import io.outrigger.control.gatewayapi.Condition;
import io.outrigger.control.gatewayapi.Status;
import io.outrigger.control.istio.Destination;
import io.outrigger.control.istio.DestinationRule;
import io.outrigger.control.istio.VirtualService;
import io.outrigger.control.resource.Problem;
import io.outrigger.control.resource.Resource;
import io.outrigger.control.resource.ResourceId;
import io.outrigger.control.world.Endpoint;
import io.outrigger.control.world.Hosts;
import io.outrigger.control.world.MergedDestinationRule;
import io.outrigger.control.world.Service;
import io.outrigger.control.world.ServicePort;
import io.outrigger.control.world.World;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What doesn't fit between resources: warnings, since the missing part may yet come. */
public final class CrossChecks {
  private final World world;
  private final List<Problem> problems = new ArrayList<>();

  private CrossChecks(World world) {
    this.world = world;
  }

  /** All warnings about a world. */
  public static List<Problem> of(World world) {
    CrossChecks checks = new CrossChecks(world);
    Map<String, Resource> routedBy = new HashMap<>();
    for (Resource resource : world.resources().values()) {
      switch (resource.spec()) {
        case VirtualService spec -> {
          checks.destinations(resource, spec);
          checks.oneRoutePerHost(resource, spec, routedBy);
        }
        case DestinationRule spec -> checks.subsets(resource, spec);
        default -> {}
      }
    }
    world.gatewayApi().statuses().forEach(checks::status);
    return checks.problems;
  }

  private void status(ResourceId id, Status status) {
    Resource resource = world.resources().get(id);
    if (resource == null) {
      return;
    }
    switch (status) {
      case Status.OfClass of -> conditions(resource, "spec", of.conditions());
      case Status.OfRoute of ->
          of.parents().forEach(parent -> conditions(resource, "spec", parent.conditions()));
      case Status.OfGateway of -> {
        conditions(resource, "spec", of.conditions());
        of.listeners()
            .forEach(one -> conditions(resource, "listener " + one.name(), one.conditions()));
      }
    }
  }

  private void conditions(Resource resource, String path, List<Condition> conditions) {
    for (Condition condition : conditions) {
      // the one whose absence is good needs no word: what it spoils says the same
      if (!condition.holds() && !condition.message().isEmpty()) {
        warn(resource, path, condition.reason() + ": " + condition.message());
      }
    }
  }

  private void oneRoutePerHost(
      Resource resource, VirtualService spec, Map<String, Resource> routedBy) {
    if (!spec.forMesh()) {
      return;
    }
    for (String host : spec.hosts()) {
      String full = Hosts.resolve(host, resource.namespace(), world.mesh().domain());
      Resource first = routedBy.putIfAbsent(full, resource);
      if (first != null) {
        warn(
            resource,
            "spec.hosts",
            "\"" + full + "\" is routed by " + first.id() + " too; the older one counts");
      }
    }
  }

  private void destinations(Resource resource, VirtualService spec) {
    Set<String> said = new LinkedHashSet<>();
    for (Destination to : spec.destinations()) {
      String host = Hosts.resolve(to.host(), resource.namespace(), world.mesh().domain());
      Service service = world.service(host, resource.namespace());
      if (service == null) {
        if (said.add(host)) {
          List<String> hosts = world.services().stream().map(Service::hostname).toList();
          warn(
              resource,
              "spec",
              "destination host \"" + host + "\" is unknown" + Suggestion.clause(host, hosts));
        }
        continue;
      }
      ports(resource, to, service, said);
      if (to.subset() != null && !to.subset().isEmpty()) {
        MergedDestinationRule rule =
            world
                .destinationRules()
                .find(resource.namespace(), Map.of(), service.namespace(), host);
        if (rule.subset(to.subset()) == null && said.add(host + "|" + to.subset())) {
          List<String> names = rule.subsets().stream().map(DestinationRule.Subset::name).toList();
          warn(
              resource,
              "spec",
              "no DestinationRule gives subset \""
                  + to.subset()
                  + "\" of host \""
                  + host
                  + "\""
                  + Suggestion.clause(to.subset(), names));
        }
      }
    }
  }

  private void ports(Resource resource, Destination to, Service service, Set<String> said) {
    List<Integer> numbers = service.ports().stream().map(ServicePort::number).toList();
    if (to.port() != null
        && service.port(to.port()) == null
        && said.add(service.hostname() + ":" + to.port())) {
      warn(
          resource,
          "spec",
          "host \"" + service.hostname() + "\" has no port " + to.port() + ", only " + numbers);
    }
  }

  private void subsets(Resource resource, DestinationRule spec) {
    String host = Hosts.resolve(spec.host(), resource.namespace(), world.mesh().domain());
    List<Service> services =
        host.startsWith("*")
            ? world.services().stream().filter(s -> Hosts.covers(host, s.hostname())).toList()
            : world.servicesNamed(host);
    if (services.isEmpty()) {
      List<String> hosts = world.services().stream().map(Service::hostname).toList();
      warn(
          resource,
          "spec.host",
          "host \"" + host + "\" is unknown" + Suggestion.clause(host, hosts));
      return;
    }
    for (DestinationRule.Subset subset : spec.subsets()) {
      if (services.stream().noneMatch(s -> selects(s, subset))) {
        warn(
            resource,
            "spec.subsets",
            "subset \""
                + subset.name()
                + "\" selects no endpoint of \""
                + host
                + "\" (labels "
                + subset.labels()
                + ")");
      }
    }
  }

  private boolean selects(Service service, DestinationRule.Subset subset) {
    for (ServicePort port : service.ports()) {
      for (Endpoint endpoint : world.endpoints(service, port)) {
        if (endpoint.has(subset.labels())) {
          return true;
        }
      }
    }
    return false;
  }

  private void warn(Resource resource, String path, String message) {
    problems.add(
        new Problem(Problem.Severity.WARNING, resource.place(), resource.id(), path, message));
  }
}
