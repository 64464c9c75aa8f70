package io.outrigger.config.bootstrap;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.envoyproxy.envoy.config.bootstrap.v3.LayeredRuntime;
import io.envoyproxy.envoy.config.bootstrap.v3.RuntimeLayer;
import io.envoyproxy.envoy.service.runtime.v3.Runtime;
import io.outrigger.config.compile.Compiled;
import io.outrigger.config.compile.Problems;
import io.outrigger.config.runtime.RuntimeLayerConfig;
import io.outrigger.config.runtime.RuntimeValue;
import io.outrigger.config.source.ConfigSourceCompiler;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Compiles the layers of the runtime, and what RTDS says of one. */
public final class RuntimeCompiler {
  private static final Value ZERO = Value.getDefaultInstance();

  private RuntimeCompiler() {}

  static List<RuntimeLayerConfig> compile(LayeredRuntime proto, Problems problems) {
    List<RuntimeLayerConfig> layers = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (int i = 0; i < proto.getLayersCount(); i++) {
      RuntimeLayer layer = proto.getLayers(i);
      Problems here = problems.at("layers", i);
      if (!names.add(layer.getName())) {
        here.error("name", "Duplicate layer name: " + layer.getName());
      }
      switch (layer.getLayerSpecifierCase()) {
        case STATIC_LAYER -> {
          Map<String, RuntimeValue> values = new HashMap<>();
          flatten("", layer.getStaticLayer(), values, here.at("static_layer"));
          layers.add(new RuntimeLayerConfig.Static(layer.getName(), values));
        }
        case ADMIN_LAYER -> {
          if (layers.stream().anyMatch(known -> known instanceof RuntimeLayerConfig.Admin)) {
            here.error("admin_layer", "Too many admin layers specified in LayeredRuntime");
          }
          layers.add(new RuntimeLayerConfig.Admin(layer.getName()));
        }
        case DISK_LAYER ->
            layers.add(
                new RuntimeLayerConfig.Disk(
                    layer.getName(),
                    layer.getDiskLayer().getSymlinkRoot(),
                    layer.getDiskLayer().getSubdirectory(),
                    layer.getDiskLayer().getAppendServiceCluster()));
        case RTDS_LAYER -> {
          RuntimeLayer.RtdsLayer rtds = layer.getRtdsLayer();
          layers.add(
              new RuntimeLayerConfig.Rtds(
                  layer.getName(),
                  rtds.getName(),
                  ConfigSourceCompiler.compile(
                      rtds.getRtdsConfig(), here.at("rtds_layer").at("rtds_config"))));
        }
        case LAYERSPECIFIER_NOT_SET ->
            here.error("one of static_layer, disk_layer, admin_layer or rtds_layer is required");
      }
    }
    return layers;
  }

  /** The values of a layer that RTDS delivered. */
  public static Compiled<Map<String, RuntimeValue>> resource(Runtime message) {
    Problems problems = new Problems();
    Map<String, RuntimeValue> values = new HashMap<>();
    flatten("", message.getLayer(), values, problems.at("layer"));
    return Compiled.of(Map.copyOf(values), problems);
  }

  private static void flatten(
      String prefix, Struct struct, Map<String, RuntimeValue> values, Problems problems) {
    for (Map.Entry<String, Value> field : struct.getFieldsMap().entrySet()) {
      String key = prefix.isEmpty() ? field.getKey() : prefix + "." + field.getKey();
      Value value = field.getValue();
      switch (value.getKindCase()) {
        case STRUCT_VALUE -> {
          if (value.getStructValue().containsFields("numerator")
              || value.getStructValue().containsFields("denominator")) {
            values.put(key, share(value.getStructValue()));
          } else {
            flatten(key, value.getStructValue(), values, problems);
          }
        }
        case STRING_VALUE -> values.put(key, RuntimeValue.of(value.getStringValue()));
        case BOOL_VALUE -> values.put(key, RuntimeValue.of(String.valueOf(value.getBoolValue())));
        case NUMBER_VALUE -> values.put(key, RuntimeValue.of(number(value.getNumberValue())));
        case NULL_VALUE, LIST_VALUE, KIND_NOT_SET ->
            problems.error("Invalid runtime entry value for " + key);
      }
    }
  }

  private static String number(double number) {
    return number == Math.rint(number) && Math.abs(number) < 1e15
        ? String.valueOf((long) number)
        : String.valueOf(number);
  }

  /** A FractionalPercent. */
  private static RuntimeValue share(Struct struct) {
    long numerator = (long) struct.getFieldsOrDefault("numerator", ZERO).getNumberValue();
    String per = struct.getFieldsOrDefault("denominator", ZERO).getStringValue();
    int denominator = per.equals("MILLION") ? 1_000_000 : per.equals("TEN_THOUSAND") ? 10_000 : 100;
    return RuntimeValue.share(numerator + "/" + denominator, numerator, denominator);
  }
}
