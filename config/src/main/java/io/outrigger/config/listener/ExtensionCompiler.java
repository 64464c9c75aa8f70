package io.outrigger.config.listener;

import io.envoyproxy.envoy.config.core.v3.TypedExtensionConfig;
import io.outrigger.config.compile.Compiled;
import io.outrigger.config.compile.Problems;
import io.outrigger.config.compile.TypedExtension;
import io.outrigger.config.filter.FilterConfig;
import io.outrigger.config.filter.HttpFilterCompiler;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Compiles what ECDS delivers. */
public final class ExtensionCompiler {
  private static final String MESSAGE = "envoy.config.core.v3.TypedExtensionConfig";

  private ExtensionCompiler() {}

  /** {@code allowed}: the types that the filter of this name takes. */
  public static Compiled<ExtensionConfig> compile(TypedExtensionConfig proto, Set<String> allowed) {
    Problems problems = new Problems();
    problems.checkRules(MESSAGE, proto);
    Problems here = problems.at("typed_config");
    TypedExtension extension = TypedExtension.of(proto.getTypedConfig(), here);
    if (!allowed.contains(extension.type())) {
      here.error("filter config has type URL " + extension.type() + " but expect " + allowed);
      return Compiled.of(null, problems);
    }
    return Compiled.of(compile(extension, here), problems);
  }

  private static @Nullable ExtensionConfig compile(TypedExtension extension, Problems problems) {
    String type = extension.type();
    if (type.startsWith("envoy.extensions.filters.network.")) {
      NetworkFilterConfig config = NetworkFilterCompiler.extension(extension, problems);
      return config == null ? null : new ExtensionConfig.Network(type, config);
    }
    if (type.startsWith("envoy.extensions.filters.listener.")) {
      ListenerFilterConfig config = ListenerFilterCompiler.config(extension, problems);
      return config == null ? null : new ExtensionConfig.Listener(type, config);
    }
    FilterConfig config = HttpFilterCompiler.extension(extension, problems);
    return config == null ? null : new ExtensionConfig.Http(type, config);
  }
}
