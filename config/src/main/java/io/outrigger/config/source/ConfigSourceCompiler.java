package io.outrigger.config.source;

import io.envoyproxy.envoy.config.core.v3.ApiConfigSource;
import io.envoyproxy.envoy.config.core.v3.PathConfigSource;
import io.outrigger.config.compile.Millis;
import io.outrigger.config.compile.Problems;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Compiles ConfigSource messages. */
public final class ConfigSourceCompiler {
  private static final long DEFAULT_FETCH_TIMEOUT_MILLIS = 15_000;

  private ConfigSourceCompiler() {}

  @SuppressWarnings("deprecation") // path is still in use
  public static ConfigSource compile(
      io.envoyproxy.envoy.config.core.v3.ConfigSource proto, Problems problems) {
    long timeout =
        Millis.orElse(
            proto.hasInitialFetchTimeout(),
            proto.getInitialFetchTimeout(),
            DEFAULT_FETCH_TIMEOUT_MILLIS,
            problems.at("initial_fetch_timeout"));
    return switch (proto.getConfigSourceSpecifierCase()) {
      case ADS -> new ConfigSource.Ads(timeout);
      case SELF -> new ConfigSource.Self(timeout);
      case PATH -> {
        checkExists(proto.getPath(), problems.at("path"));
        yield new ConfigSource.File(proto.getPath(), "", timeout);
      }
      case PATH_CONFIG_SOURCE -> {
        PathConfigSource path = proto.getPathConfigSource();
        checkExists(path.getPath(), problems.at("path_config_source").at("path"));
        yield new ConfigSource.File(path.getPath(), path.getWatchedDirectory().getPath(), timeout);
      }
      case API_CONFIG_SOURCE ->
          api(proto.getApiConfigSource(), timeout, problems.at("api_config_source"));
      case CONFIGSOURCESPECIFIER_NOT_SET -> {
        problems.error("one of ads, api_config_source, path_config_source or self is required");
        yield new ConfigSource.Ads(timeout);
      }
    };
  }

  private static ConfigSource api(ApiConfigSource proto, long timeout, Problems problems) {
    return grpc(proto, timeout, problems);
  }

  /** A gRPC management server, of ads_config or of an api_config_source. */
  public static ConfigSource.Grpc grpc(ApiConfigSource proto, long timeout, Problems problems) {
    boolean delta =
        switch (proto.getApiType()) {
          case GRPC -> false;
          case DELTA_GRPC -> true;
          default -> {
            problems.error(
                "api_type",
                proto.getApiType().name() + " is not supported; GRPC and DELTA_GRPC are");
            yield false;
          }
        };
    if (proto.getGrpcServicesCount() == 0) {
      problems.error("grpc_services", "is empty; one gRPC service is required");
    }
    List<GrpcService> services = new ArrayList<>();
    for (int i = 0; i < proto.getGrpcServicesCount(); i++) {
      services.add(
          GrpcServiceCompiler.compile(proto.getGrpcServices(i), problems.at("grpc_services", i)));
    }
    return new ConfigSource.Grpc(services, delta, timeout);
  }

  private static void checkExists(String path, Problems problems) {
    try {
      if (!path.isEmpty() && Files.exists(Path.of(path))) {
        return;
      }
    } catch (InvalidPathException _) {
      // falls through to the same problem
    }
    problems.error("paths must refer to an existing path in the system: '" + path + "' does not");
  }
}
