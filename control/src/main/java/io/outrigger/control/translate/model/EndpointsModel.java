package io.outrigger.control.translate.model;

import io.outrigger.control.world.Endpoint;
import java.util.List;

/**
 * The endpoints of a cluster.
 *
 * @param endpoints in a stable order; {@code sidecar} says whether mutual TLS is spoken to it
 */
public record EndpointsModel(String cluster, List<Endpoint> endpoints) {}
