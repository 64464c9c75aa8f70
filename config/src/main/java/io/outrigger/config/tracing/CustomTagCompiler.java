package io.outrigger.config.tracing;

import io.envoyproxy.envoy.type.metadata.v3.MetadataKey;
import io.outrigger.config.accesslog.FormatElement.MetadataSource;
import io.outrigger.config.compile.Problems;
import io.outrigger.config.http.HeaderName;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Compiles custom tags. */
public final class CustomTagCompiler {
  private CustomTagCompiler() {}

  public static List<CustomTag> compile(
      List<io.envoyproxy.envoy.type.tracing.v3.CustomTag> protos, Problems problems) {
    List<CustomTag> tags = new ArrayList<>(protos.size());
    for (int i = 0; i < protos.size(); i++) {
      CustomTag.Source source = source(protos.get(i), problems.at("custom_tags", i));
      if (source != null) {
        tags.add(new CustomTag(protos.get(i).getTag(), source));
      }
    }
    return tags;
  }

  private static CustomTag.@Nullable Source source(
      io.envoyproxy.envoy.type.tracing.v3.CustomTag proto, Problems problems) {
    return switch (proto.getTypeCase()) {
      case LITERAL -> new CustomTag.Literal(proto.getLiteral().getValue());
      case ENVIRONMENT -> {
        String value = System.getenv(proto.getEnvironment().getName());
        yield new CustomTag.Literal(
            value == null ? proto.getEnvironment().getDefaultValue() : value);
      }
      case REQUEST_HEADER ->
          new CustomTag.RequestHeader(
              HeaderName.of(proto.getRequestHeader().getName()).inRequests(),
              proto.getRequestHeader().getDefaultValue());
      case METADATA -> metadata(proto.getMetadata());
      case TYPE_NOT_SET -> {
        problems.error("one of literal, environment, request_header or metadata is required");
        yield null;
      }
    };
  }

  private static CustomTag.Source metadata(
      io.envoyproxy.envoy.type.tracing.v3.CustomTag.Metadata proto) {
    MetadataSource kind =
        switch (proto.getKind().getKindCase()) {
          case ROUTE -> MetadataSource.ROUTE;
          case CLUSTER -> MetadataSource.CLUSTER;
          case HOST -> MetadataSource.UPSTREAM_HOST;
          case REQUEST, KIND_NOT_SET -> MetadataSource.DYNAMIC;
        };
    List<String> path = new ArrayList<>();
    for (MetadataKey.PathSegment segment : proto.getMetadataKey().getPathList()) {
      path.add(segment.getKey());
    }
    return new CustomTag.MetadataValue(
        kind, proto.getMetadataKey().getKey(), path, proto.getDefaultValue());
  }
}
