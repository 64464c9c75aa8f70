package io.outrigger.control.translate.plan;

import io.outrigger.control.istio.PeerAuthentication.Mode;
import io.outrigger.control.resource.Protocol;
import io.outrigger.control.translate.model.ListenerModel.Action;
import io.outrigger.control.translate.model.ListenerModel.Chain;
import io.outrigger.control.translate.model.ListenerModel.Match;
import io.outrigger.control.translate.model.ListenerModel.ServerTls;
import io.outrigger.control.translate.model.RouteModel;
import io.outrigger.control.translate.model.RouteTableModel;
import io.outrigger.control.translate.model.RouteTableModel.VirtualHostModel;
import java.util.ArrayList;
import java.util.List;

/** The chains of one inbound port, by what it speaks and whether mutual TLS is demanded. */
final class InboundChains {
  private static final String TLS = "tls";
  private static final String RAW = "raw_buffer";

  /** What callers' sidecars offer when HTTP is inside their TLS, and when it isn't known. */
  private static final List<String> MESH_HTTP =
      List.of("istio-http/1.0", "istio-http/1.1", "istio-h2");

  private static final List<String> MESH_ANY = List.of("istio", "istio-peer-exchange");
  private static final List<String> PLAIN_HTTP = List.of("http/1.0", "http/1.1", "h2c");
  private static final ServerTls HTTP_TLS = new ServerTls.Mesh(List.of("h2", "http/1.1"));
  private static final ServerTls TCP_TLS = new ServerTls.Mesh(List.of("istio"));

  private final String name;
  private final int port;
  private final Protocol protocol;
  private final String cluster;
  private final List<Chain> out = new ArrayList<>();

  private InboundChains(String name, int port, Protocol protocol, String cluster) {
    this.name = name;
    this.port = port;
    this.protocol = protocol;
    this.cluster = cluster;
  }

  /**
   * @param port the destination port that they are for, 0 for all
   */
  static List<Chain> of(String name, int port, Mode mode, Protocol protocol, String cluster) {
    InboundChains chains = new InboundChains(name, port, protocol, cluster);
    Mode effective = mode == Mode.UNSET ? Mode.PERMISSIVE : mode;
    if (protocol.http()) {
      chains.http(effective);
    } else if (protocol.sniffed()) {
      chains.sniffed(effective);
    } else {
      chains.tcp(effective);
    }
    return chains.out;
  }

  private void http(Mode mode) {
    if (mode == Mode.STRICT) {
      add(TLS, List.of(), HTTP_TLS, httpAction());
    } else {
      if (mode == Mode.PERMISSIVE) {
        List<String> mesh = new ArrayList<>(MESH_ANY);
        mesh.addAll(MESH_HTTP);
        add(TLS, mesh, HTTP_TLS, httpAction());
      }
      add(RAW, List.of(), null, httpAction());
    }
  }

  private void tcp(Mode mode) {
    switch (mode) {
      case STRICT -> add(TLS, List.of(), TCP_TLS, tcpAction());
      case PERMISSIVE -> {
        List<String> mesh = new ArrayList<>(MESH_ANY);
        mesh.addAll(MESH_HTTP);
        add(TLS, mesh, TCP_TLS, tcpAction());
        add(TLS, List.of(), null, tcpAction());
        add(RAW, List.of(), null, tcpAction());
      }
      case DISABLE, UNSET -> add("", List.of(), null, tcpAction());
    }
  }

  private void sniffed(Mode mode) {
    switch (mode) {
      case STRICT -> {
        add(TLS, MESH_HTTP, HTTP_TLS, httpAction());
        add(TLS, List.of(), TCP_TLS, tcpAction());
      }
      case PERMISSIVE -> {
        add(TLS, MESH_HTTP, HTTP_TLS, httpAction());
        add(RAW, PLAIN_HTTP, null, httpAction());
        add(TLS, MESH_ANY, TCP_TLS, tcpAction());
        add(RAW, List.of(), null, tcpAction());
        add(TLS, List.of(), null, tcpAction());
      }
      case DISABLE, UNSET -> {
        add(RAW, PLAIN_HTTP, null, httpAction());
        add("", List.of(), null, tcpAction());
      }
    }
  }

  private void add(
      String transport,
      List<String> alpn,
      @org.jspecify.annotations.Nullable ServerTls tls,
      Action action) {
    out.add(new Chain(name, Match.transport(port, transport, alpn), tls, action));
  }

  private Action httpAction() {
    boolean grpc = protocol == Protocol.GRPC || protocol == Protocol.GRPC_WEB;
    String host = port == 0 ? cluster : "inbound|http|" + port;
    return new Action.HttpInline(
        "inbound_" + name,
        new RouteTableModel(
            cluster,
            false,
            List.of(
                new VirtualHostModel(
                    host, List.of("*"), List.of(new RouteModel.Inbound(cluster, grpc))))));
  }

  private Action tcpAction() {
    return L4Plan.tcp(cluster, List.of(L4Plan.one(cluster)));
  }
}
