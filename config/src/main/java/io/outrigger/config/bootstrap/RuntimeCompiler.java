package io.outrigger.config.bootstrap;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.envoyproxy.envoy.config.bootstrap.v3.LayeredRuntime;
import io.envoyproxy.envoy.config.bootstrap.v3.RuntimeLayer;
import io.outrigger.config.compile.Problems;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** Compiles the static layers of the runtime; later layers win. */
final class RuntimeCompiler {
  private RuntimeCompiler() {}

  static Map<String, String> compile(LayeredRuntime proto, Problems problems) {
    Map<String, String> values = new HashMap<>();
    Set<String> names = new HashSet<>();
    for (int i = 0; i < proto.getLayersCount(); i++) {
      RuntimeLayer layer = proto.getLayers(i);
      Problems here = problems.at("layers", i);
      if (!names.add(layer.getName())) {
        here.error("name", "Duplicate layer name: " + layer.getName());
      }
      switch (layer.getLayerSpecifierCase()) {
        case STATIC_LAYER -> {
          flatten("", layer.getStaticLayer(), values);
          if (layer.getStaticLayer().getFieldsCount() > 0) {
            here.warning(
                "static_layer", "the values are shown at /runtime, and change nothing else");
          }
        }
        case ADMIN_LAYER -> {}
        case DISK_LAYER -> here.ignored("disk_layer");
        case RTDS_LAYER -> here.ignored("rtds_layer");
        case LAYERSPECIFIER_NOT_SET ->
            here.error("one of static_layer, disk_layer, admin_layer or rtds_layer is required");
      }
    }
    return values;
  }

  private static void flatten(String prefix, Struct struct, Map<String, String> values) {
    for (Map.Entry<String, Value> field : struct.getFieldsMap().entrySet()) {
      String key = prefix.isEmpty() ? field.getKey() : prefix + "." + field.getKey();
      Value value = field.getValue();
      switch (value.getKindCase()) {
        case STRUCT_VALUE -> flatten(key, value.getStructValue(), values);
        case STRING_VALUE -> values.put(key, value.getStringValue());
        case BOOL_VALUE -> values.put(key, String.valueOf(value.getBoolValue()));
        case NUMBER_VALUE -> {
          double number = value.getNumberValue();
          values.put(
              key,
              number == Math.rint(number) && Math.abs(number) < 1e15
                  ? String.valueOf((long) number)
                  : String.valueOf(number));
        }
        case NULL_VALUE, LIST_VALUE, KIND_NOT_SET -> {}
      }
    }
  }
}
