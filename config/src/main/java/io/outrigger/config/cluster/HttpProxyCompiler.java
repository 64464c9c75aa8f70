package io.outrigger.config.cluster;

import io.envoyproxy.envoy.config.core.v3.Metadata;
import io.outrigger.config.address.Address;
import io.outrigger.config.address.AddressCompiler;
import io.outrigger.config.compile.Problems;
import io.outrigger.config.compile.TypedExtension;
import org.jspecify.annotations.Nullable;

/** Compiles the address of an HTTP proxy, which endpoints and localities have as typed metadata. */
final class HttpProxyCompiler {
  private static final String KEY = "envoy.http11_proxy_transport_socket.proxy_address";
  private static final String TYPE = "envoy.config.core.v3.Address";

  private HttpProxyCompiler() {}

  /** The address, or null: the metadata names none. */
  static @Nullable Address compile(Metadata proto, Problems parent) {
    if (!proto.containsTypedFilterMetadata(KEY)) {
      return null;
    }
    Problems here = parent.at("metadata").at("typed_filter_metadata", KEY);
    TypedExtension extension = TypedExtension.of(proto.getTypedFilterMetadataOrThrow(KEY), here);
    if (!extension.type().equals(TYPE)) {
      here.error("is of type '" + extension.type() + "'; " + TYPE + " is allowed");
      return null;
    }
    var address = extension.parse(io.envoyproxy.envoy.config.core.v3.Address.parser(), here);
    if (address == null) {
      return null;
    }
    if (address.hasEnvoyInternalAddress()) {
      here.error("is an internal listener's; socket_address and pipe are allowed");
      return null;
    }
    return AddressCompiler.compile(address, false, here);
  }
}
