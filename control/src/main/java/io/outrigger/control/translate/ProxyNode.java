package io.outrigger.control.translate;

import io.outrigger.control.istio.InterceptionMode;
import io.outrigger.control.resource.Resource;
import io.outrigger.control.world.Locality;
import io.outrigger.control.world.World;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A proxy as the control plane knows it, from its xDS node.
 *
 * @param proven whether a certificate shows that it is of its namespace: only then it's given
 *     secrets
 * @param id the node's id, {@code sidecar~IP~NAME.NAMESPACE~NAMESPACE.svc.DOMAIN}
 * @param addresses the workload's addresses, the first of which names it
 * @param service metadata SERVICE: the service it stands for when addresses and labels can't tell
 * @param inboundPort metadata INBOUND_PORT: the port bound for callers in mode NONE, 0 for none
 * @param appPort metadata APP_PORT: the application's port on loopback, 0 when it is the service's
 * @param httpProxyPort metadata HTTP_PROXY_PORT: the loopback forward proxy, 0 for none
 * @param loopbackPorts metadata LOOPBACK_PORTS: {@code HOST:PORT} to the loopback port standing for
 *     it
 * @param tellsPeers whether the proxy has Istio's filters of metrics: ours and Istio's build do
 * @param accessLogFile metadata ACCESS_LOG_FILE: in place of the mesh's
 * @param traceSampling metadata PROXY_CONFIG, where it has {@code tracing}: its {@code sampling},
 *     the percentage of requests without a trace that begin one; null: nothing is traced
 */
public record ProxyNode(
    NodeType type,
    boolean proven,
    String id,
    List<String> addresses,
    String name,
    String namespace,
    Map<String, String> labels,
    @Nullable String serviceAccount,
    Locality locality,
    InterceptionMode interceptionMode,
    SecretSource secrets,
    @Nullable String service,
    int inboundPort,
    int appPort,
    int httpProxyPort,
    Map<String, Integer> loopbackPorts,
    Topology topology,
    boolean tellsPeers,
    @Nullable String accessLogFile,
    @Nullable Double traceSampling) {
  /**
   * The same proxy, as far as the cluster that it is in knows better: where it is if it doesn't say
   * so itself, and what its pod's labels are.
   */
  ProxyNode asKnownTo(World world) {
    Resource pod = world.pod(namespace, name);
    Locality where = locality.equals(Locality.NONE) ? world.localityOf(pod) : locality;
    Map<String, String> known = pod == null ? labels : pod.labels();
    if (where.equals(locality) && known.equals(labels)) {
      return this;
    }
    return new ProxyNode(
        type,
        proven,
        id,
        addresses,
        name,
        namespace,
        known,
        serviceAccount,
        where,
        interceptionMode,
        secrets,
        service,
        inboundPort,
        appPort,
        httpProxyPort,
        loopbackPorts,
        topology,
        tellsPeers,
        accessLogFile,
        traceSampling);
  }
}
