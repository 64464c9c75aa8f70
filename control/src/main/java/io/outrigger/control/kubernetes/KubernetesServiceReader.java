package io.outrigger.control.kubernetes;

import io.outrigger.control.resource.Fields;
import io.outrigger.control.resource.Protocol;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Reads a Kubernetes Service. */
public final class KubernetesServiceReader {
  private static final String[] OF_NO_INTEREST = {
    "sessionAffinity",
    "sessionAffinityConfig",
    "ipFamilies",
    "ipFamilyPolicy",
    "externalIPs",
    "externalTrafficPolicy",
    "internalTrafficPolicy",
    "loadBalancerIP",
    "loadBalancerClass",
    "loadBalancerSourceRanges",
    "allocateLoadBalancerNodePorts",
    "healthCheckNodePort",
    "publishNotReadyAddresses"
  };

  /** The types, in Kubernetes' spelling. */
  private enum Word {
    ClusterIP(KubernetesService.Type.CLUSTER_IP),
    NodePort(KubernetesService.Type.NODE_PORT),
    LoadBalancer(KubernetesService.Type.LOAD_BALANCER),
    ExternalName(KubernetesService.Type.EXTERNAL_NAME);

    private final KubernetesService.Type type;

    Word(KubernetesService.Type type) {
      this.type = type;
    }
  }

  private KubernetesServiceReader() {}

  public static KubernetesService read(Fields fields) {
    fields.skip(OF_NO_INTEREST);
    KubernetesService.Type type = fields.oneOf("type", Word.class, Word.ClusterIP).type;
    String single = fields.string("clusterIP");
    List<String> addresses = new ArrayList<>(fields.strings("clusterIPs"));
    if (addresses.isEmpty() && single != null && !single.isEmpty()) {
      addresses.add(single);
    }
    boolean headless = addresses.contains("None");
    if (headless) {
      addresses.clear();
    }
    List<KubernetesService.Port> ports = fields.objects("ports", KubernetesServiceReader::port);
    String externalName = fields.string("externalName");
    if (type == KubernetesService.Type.EXTERNAL_NAME && externalName == null) {
      fields.error("externalName", "must be given with type ExternalName");
    }
    check(fields, ports);
    return new KubernetesService(
        type,
        List.copyOf(addresses),
        headless,
        ports,
        fields.stringMap("selector"),
        staysClose(fields),
        type == KubernetesService.Type.EXTERNAL_NAME ? externalName : null);
  }

  /** What Kubernetes has words for: as close as possible; nearer than a zone nothing is known. */
  private static boolean staysClose(Fields fields) {
    String word = fields.string("trafficDistribution");
    if ("PreferSameNode".equals(word)) {
      fields.warning(
          "trafficDistribution", "the same zone is preferred, of the node nothing is known");
    } else if (word != null && !List.of("PreferClose", "PreferSameZone").contains(word)) {
      fields.warning(
          "trafficDistribution",
          "found \"" + word + "\"; PreferClose, PreferSameZone and PreferSameNode have an effect");
      return false;
    }
    return word != null;
  }

  private static void check(Fields fields, List<KubernetesService.Port> ports) {
    Set<String> seen = new HashSet<>();
    Set<String> names = new HashSet<>();
    for (KubernetesService.Port port : ports) {
      boolean udp = port.protocol() == Protocol.UDP;
      if (!seen.add(port.number() + (udp ? "/UDP" : "/TCP"))) {
        fields.error("ports", "port " + port.number() + " stands here twice");
      }
      if (!names.add(port.name() == null ? "" : port.name())) {
        fields.error(
            "ports",
            port.name() == null
                ? "each of several ports needs a name"
                : "two ports are named \"" + port.name() + "\"");
      }
    }
  }

  private static KubernetesService.Port port(Fields fields) {
    fields.skip("nodePort");
    Integer number = fields.port("port");
    if (number == null && !fields.has("port")) {
      fields.error("port", "must be given");
    }
    String name = fields.string("name");
    String transport = fields.string("protocol", "TCP");
    if (!List.of("TCP", "UDP", "SCTP").contains(transport)) {
      fields.error("protocol", "found \"" + transport + "\"; must be TCP, UDP or SCTP");
    }
    String target = fields.string("targetPort");
    Integer targetNumber = null;
    if (target != null && target.matches("[0-9]+")) {
      targetNumber = fields.port("targetPort");
    }
    int port = number == null ? 0 : number;
    return new KubernetesService.Port(
        port,
        name,
        Protocol.ofPort(name, fields.string("appProtocol"), transport, port),
        targetNumber,
        targetNumber == null ? target : null);
  }
}
