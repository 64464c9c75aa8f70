package io.outrigger.config.filter;

import io.envoyproxy.envoy.config.core.v3.ExtensionConfigSource;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter;
import io.outrigger.config.compile.Problems;
import io.outrigger.config.compile.TypedExtension;
import io.outrigger.config.source.ExtensionDiscoveryCompiler;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Compiles a chain of HTTP filters: the router, and nothing but the router, ends it. */
public final class HttpFilterCompiler {
  private HttpFilterCompiler() {}

  public static List<HttpFilterConfig> compileChain(
      List<HttpFilter> protos, String field, Problems problems) {
    List<HttpFilterConfig> chain = new ArrayList<>(protos.size());
    for (int i = 0; i < protos.size(); i++) {
      HttpFilter proto = protos.get(i);
      Problems here = problems.at(field, i);
      HttpFilterConfig filter = compile(proto, here);
      if (filter == null) {
        continue;
      }
      boolean last = i == protos.size() - 1;
      boolean terminal = filter.config() instanceof RouterConfig;
      if (terminal && !last) {
        here.error(
            "terminal filter named "
                + proto.getName()
                + " must be the last filter in a http filter chain");
      } else if (last && !terminal) {
        here.error(
            "non-terminal filter named "
                + proto.getName()
                + " is the last filter in a http filter chain; envoy.filters.http.router must end"
                + " it");
      }
      chain.add(filter);
    }
    return chain;
  }

  private static @Nullable HttpFilterConfig compile(HttpFilter proto, Problems problems) {
    if (proto.getName().isEmpty()) {
      problems.error("name", "is empty; a filter's name is required");
    }
    if (proto.hasConfigDiscovery()) {
      return new HttpFilterConfig(
          proto.getName(),
          discovered(proto.getName(), proto.getConfigDiscovery(), problems.at("config_discovery")),
          proto.getDisabled());
    }
    Problems here = problems.at("typed_config");
    FilterConfig config =
        FilterConfigCompiler.compile(
            TypedExtension.of(proto.getTypedConfig(), here), proto.getIsOptional(), here);
    return config == null
        ? null
        : new HttpFilterConfig(proto.getName(), config, proto.getDisabled());
  }

  private static DiscoveredConfig discovered(
      String name, ExtensionConfigSource proto, Problems problems) {
    TypedExtension fallback = ExtensionDiscoveryCompiler.fallback(proto, problems);
    return new DiscoveredConfig(
        ExtensionDiscoveryCompiler.compile(name, proto, problems),
        fallback == null ? null : extension(fallback, problems.at("default_config")));
  }

  /** What ECDS may put in a filter's place, or null with a problem. */
  public static @Nullable FilterConfig extension(TypedExtension extension, Problems problems) {
    FilterConfig config = FilterConfigCompiler.compile(extension, false, problems);
    if (config instanceof RouterConfig) {
      problems.error("the router can't be discovered; typed_config is allowed for it");
      return null;
    }
    return config;
  }
}
