package io.outrigger.control.publish;

import java.util.List;

/**
 * What the proxies of Gateways are made of.
 *
 * @param control {@code HOST:PORT} of the control plane
 * @param controlName what its certificate is for; empty: the host of its address
 * @param serviceType of Gateways that don't say
 * @param clusterIpIsAddress whether a Gateway whose Service has no address of a load balancer is
 *     told to be at its ClusterIP
 */
public record GatewaySettings(
    String image,
    String imagePullPolicy,
    List<String> imagePullSecrets,
    String control,
    String controlName,
    String trustDomain,
    String serviceType,
    boolean clusterIpIsAddress) {}
