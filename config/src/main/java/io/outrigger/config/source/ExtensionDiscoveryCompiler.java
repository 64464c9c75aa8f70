package io.outrigger.config.source;

import io.envoyproxy.envoy.config.core.v3.ExtensionConfigSource;
import io.outrigger.config.compile.Problems;
import io.outrigger.config.compile.TypedExtension;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Compiles config_discovery of filters. */
public final class ExtensionDiscoveryCompiler {
  private ExtensionDiscoveryCompiler() {}

  public static ExtensionDiscovery compile(
      String name, ExtensionConfigSource proto, Problems problems) {
    Set<String> types = new LinkedHashSet<>();
    for (String url : proto.getTypeUrlsList()) {
      types.add(url.substring(url.lastIndexOf('/') + 1));
    }
    boolean atOnce = proto.getApplyDefaultConfigWithoutWarming();
    if (atOnce && !proto.hasDefaultConfig()) {
      problems.error(
          "apply_default_config_without_warming",
          "filter config " + name + " applied without warming but has no default config");
    }
    TypedExtension fallback = fallback(proto, problems);
    if (fallback != null && !types.contains(fallback.type())) {
      problems.error(
          "default_config", "is of type " + fallback.type() + "; type_urls has " + types);
    }
    return new ExtensionDiscovery(
        name,
        ConfigSourceCompiler.compile(proto.getConfigSource(), problems.at("config_source")),
        types,
        !atOnce);
  }

  /** The default_config, or null. */
  public static @Nullable TypedExtension fallback(ExtensionConfigSource proto, Problems problems) {
    return proto.hasDefaultConfig()
        ? TypedExtension.of(proto.getDefaultConfig(), problems.at("default_config"))
        : null;
  }
}
