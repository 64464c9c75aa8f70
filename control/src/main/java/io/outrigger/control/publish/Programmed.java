package io.outrigger.control.publish;

import io.outrigger.control.gatewayapi.Condition;
import io.outrigger.control.gatewayapi.Status;
import java.util.List;

/**
 * How far the proxies of a Gateway are.
 *
 * @param ready whether they hold what the Gateway says
 */
record Programmed(boolean ready, List<String> addresses) {
  private static final String TYPE = "Programmed";
  static final Programmed NOT = new Programmed(false, List.of());

  static boolean isHostname(String address) {
    return address.indexOf(':') < 0 && !address.matches("[0-9.]+");
  }

  Condition gateway(Status.OfGateway status) {
    if (!status.served()) {
      return new Condition(TYPE, false, "Invalid", "there is no listener to serve");
    }
    if (addresses.isEmpty()) {
      return new Condition(
          TYPE, false, "AddressNotAssigned", "its Service has no address of a load balancer");
    }
    return ready ? new Condition(TYPE, true, TYPE, "") : pending();
  }

  Condition listener(Status.OfListener listener) {
    if (!listener.servable()) {
      return new Condition(TYPE, false, "Invalid", "it can't be served");
    }
    return ready ? new Condition(TYPE, true, TYPE, "") : pending();
  }

  private static Condition pending() {
    return new Condition(TYPE, false, "Pending", "its proxies aren't ready yet");
  }
}
