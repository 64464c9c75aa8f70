package io.outrigger.config.proxyprotocol;

import io.envoyproxy.envoy.config.core.v3.Metadata;
import io.envoyproxy.envoy.config.core.v3.PerHostConfig;
import io.envoyproxy.envoy.config.core.v3.ProxyProtocolPassThroughTLVs;
import io.envoyproxy.envoy.config.core.v3.TlvEntry;
import io.outrigger.config.compile.Problems;
import io.outrigger.config.compile.TypedExtension;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Compiles TLVs: those that are added, those of a host, and which ones pass. */
public final class TlvCompiler {
  private static final String HOST_KEY = "envoy.transport_sockets.proxy_protocol";
  private static final String HOST_TYPE = "envoy.config.core.v3.PerHostConfig";

  private TlvCompiler() {}

  public static List<Tlv> added(List<TlvEntry> protos) {
    List<Tlv> added = new ArrayList<>(protos.size());
    for (TlvEntry proto : protos) {
      added.add(new Tlv(proto.getType(), proto.getValue()));
    }
    return added;
  }

  /** Those that endpoints have as typed metadata. */
  public static List<Tlv> ofHost(Metadata proto, Problems parent) {
    if (!proto.containsTypedFilterMetadata(HOST_KEY)) {
      return List.of();
    }
    Problems here = parent.at("metadata").at("typed_filter_metadata", HOST_KEY);
    TypedExtension extension =
        TypedExtension.of(proto.getTypedFilterMetadataOrThrow(HOST_KEY), here);
    if (!extension.type().equals(HOST_TYPE)) {
      here.error("is of type '" + extension.type() + "'; " + HOST_TYPE + " is allowed");
      return List.of();
    }
    PerHostConfig config = extension.parse(PerHostConfig.parser(), here);
    return config == null ? List.of() : added(config.getAddedTlvsList());
  }

  public static PassThroughTlvs passThrough(boolean present, ProxyProtocolPassThroughTLVs proto) {
    return present
        ? new PassThroughTlvs(
            proto.getMatchType() == ProxyProtocolPassThroughTLVs.PassTLVsMatchType.INCLUDE_ALL,
            Set.copyOf(proto.getTlvTypeList()))
        : PassThroughTlvs.NONE;
  }
}
