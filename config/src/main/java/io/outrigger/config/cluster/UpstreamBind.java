package io.outrigger.config.cluster;

import io.outrigger.config.address.Address;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The source address of a cluster's connections; the extra ones are for the other IP version. */
public record UpstreamBind(
    Address.@Nullable Ip source, boolean freebind, List<Address.Ip> extraSources) {
  public UpstreamBind {
    extraSources = List.copyOf(extraSources);
  }
}
