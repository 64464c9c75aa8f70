package io.outrigger.control.translate.plan;

import io.outrigger.control.istio.MeshConfig;
import io.outrigger.control.translate.NodeType;
import io.outrigger.control.translate.ProxyNode;
import io.outrigger.control.translate.model.AuthorizationModel;
import io.outrigger.control.translate.model.ListenerModel;
import io.outrigger.control.translate.model.ListenerModel.Chain;
import io.outrigger.control.translate.model.ListenerModel.Inspector;
import io.outrigger.control.world.World;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What all listeners of a proxy have alike. */
public final class ListenerFrame {
  private final MeshConfig mesh;
  private final ProxyNode node;

  public ListenerFrame(World world, ProxyNode node) {
    this.mesh = world.mesh();
    this.node = node;
  }

  /** A listener of what the application asks for. */
  ListenerModel listener(
      String name,
      String address,
      int port,
      boolean bound,
      ListenerModel.Direction direction,
      Set<Inspector> inspectors,
      List<Chain> chains,
      @Nullable Chain last) {
    return listener(
        name, address, port, bound, direction, inspectors, chains, last, AuthorizationModel.NONE);
  }

  public ListenerModel listener(
      String name,
      String address,
      int port,
      boolean bound,
      ListenerModel.Direction direction,
      Set<Inspector> inspectors,
      List<Chain> chains,
      @Nullable Chain last,
      AuthorizationModel authorization) {
    String file = node.accessLogFile() != null ? node.accessLogFile() : mesh.accessLogFile();
    return new ListenerModel(
        name,
        address,
        port,
        bound,
        false,
        false,
        direction,
        Set.copyOf(inspectors),
        mesh.protocolDetectionTimeout(),
        Overlaps.removed(chains),
        last,
        node.tellsPeers(),
        new ListenerModel.AccessLog(file, mesh.accessLogFormat(), mesh.accessLogEncoding()),
        node.traceSampling(),
        node.secrets(),
        mesh.trustDomain(),
        authorization,
        node.type() == NodeType.ROUTER ? node.topology() : null);
  }
}
