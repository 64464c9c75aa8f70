package io.outrigger.proxy.collector;

import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;

/** An attribute of OpenTelemetry's whose value is a text. Any thread. */
public final class OtlpAttribute {
  private OtlpAttribute() {}

  public static KeyValue text(String key, String value) {
    return KeyValue.newBuilder()
        .setKey(key)
        .setValue(AnyValue.newBuilder().setStringValue(value))
        .build();
  }
}
