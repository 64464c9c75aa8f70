package io.outrigger.control.translate;

import com.google.protobuf.Any;
import com.google.protobuf.BoolValue;
import com.google.protobuf.Duration;
import com.google.protobuf.MessageLite;
import com.google.protobuf.UInt32Value;
import io.envoyproxy.envoy.config.core.v3.Address;
import io.envoyproxy.envoy.config.core.v3.SocketAddress;
import io.envoyproxy.envoy.type.v3.FractionalPercent;

/** Small values that many Envoy messages are made of. */
public final class Values {
  private Values() {}

  public static UInt32Value number(int value) {
    return UInt32Value.newBuilder().setValue(value).build();
  }

  public static BoolValue bool(boolean value) {
    return BoolValue.newBuilder().setValue(value).build();
  }

  public static Duration duration(java.time.Duration value) {
    return Duration.newBuilder().setSeconds(value.getSeconds()).setNanos(value.getNano()).build();
  }

  /** A message of that full name, without the package prefix {@code envoy.}. */
  public static Any any(String name, MessageLite message) {
    return Any.newBuilder()
        .setTypeUrl("type.googleapis.com/envoy." + name)
        .setValue(message.toByteString())
        .build();
  }

  public static Address address(String host, int port) {
    return Address.newBuilder()
        .setSocketAddress(SocketAddress.newBuilder().setAddress(host).setPortValue(port))
        .build();
  }

  /** A percentage, exact to a ten-thousandth of a percent. */
  public static FractionalPercent percent(double value) {
    return FractionalPercent.newBuilder()
        .setNumerator((int) Math.round(value * 10_000))
        .setDenominator(FractionalPercent.DenominatorType.MILLION)
        .build();
  }
}
