package io.outrigger.control.translate.gateway;

import io.outrigger.control.istio.Gateway;
import io.outrigger.control.translate.ProxyNode;
import io.outrigger.control.world.World;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Finds the secrets that a gateway's servers name, as far as its proxy may have them. */
final class Credentials {
  /**
   * What is served under which names.
   *
   * @param missing why it can't be; null: it can
   */
  record Chosen(
      List<String> certificates, @Nullable String authorities, @Nullable String missing) {}

  Credentials(World world, ProxyNode node) {}

  Chosen of(Gateway.ServerTls settings) {
    return new Chosen(
        List.of(), null, "secret " + settings.credentialNames().getFirst() + " is missing");
  }
}
