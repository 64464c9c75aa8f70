package io.outrigger.proxy.istio;

import io.outrigger.config.filter.IstioStatsConfig;
import io.outrigger.config.listener.ListenerConfig.TrafficDirection;

/** Which end of a request counts it. */
enum Reporter {
  SOURCE("source"),
  DESTINATION("destination"),
  WAYPOINT("waypoint");

  final String label;

  Reporter(String label) {
    this.label = label;
  }

  static Reporter of(IstioStatsConfig config, TrafficDirection direction) {
    if (config.gateway()) {
      return WAYPOINT;
    }
    return direction == TrafficDirection.INBOUND ? DESTINATION : SOURCE;
  }
}
