package io.outrigger.config.bootstrap;

import io.envoyproxy.envoy.config.core.v3.Node;
import io.outrigger.config.cluster.Locality;

/** Who this proxy is to the control plane. */
public record NodeConfig(String id, String cluster, Locality locality, Node proto) {}
