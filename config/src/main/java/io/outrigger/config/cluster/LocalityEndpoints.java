package io.outrigger.config.cluster;

import io.outrigger.config.metadata.Metadata;
import java.util.List;

/**
 * The endpoints of one locality at one priority.
 *
 * @param weight share of the priority's traffic with locality-weighted balancing; 0: none
 */
public record LocalityEndpoints(
    Locality locality, int priority, int weight, Metadata metadata, List<Endpoint> endpoints) {
  public LocalityEndpoints {
    endpoints = List.copyOf(endpoints);
  }
}
