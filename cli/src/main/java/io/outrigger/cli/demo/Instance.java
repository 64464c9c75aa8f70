package io.outrigger.cli.demo;

import java.util.List;

/**
 * One instance of a service, with the loopback ports that it and its sidecar use. The inbound port
 * is also in demo/mesh/workloads.yaml, where callers learn of it.
 */
record Instance(
    String service, String version, int inboundPort, int appPort, int proxyPort, int adminPort) {

  static final List<Instance> ALL =
      List.of(
          of("frontend", "v1", 20001),
          of("catalog", "v1", 20011),
          of("reviews", "v1", 20021),
          of("reviews", "v2", 20022),
          of("reviews", "v3", 20023),
          of("ratings", "v1", 20031));

  private static Instance of(String service, String version, int inboundPort) {
    return new Instance(
        service, version, inboundPort, inboundPort + 1000, inboundPort + 2000, inboundPort + 3000);
  }

  static Instance named(String name) {
    return ALL.stream().filter(i -> i.name().equals(name)).findFirst().orElseThrow();
  }

  String name() {
    return service + "-" + version;
  }
}
