package io.outrigger.config.rbac;

import com.github.xds.type.matcher.v3.Matcher;
import com.google.protobuf.Value;
import io.envoyproxy.envoy.config.rbac.v3.Action;
import io.envoyproxy.envoy.extensions.matching.common_inputs.network.v3.FilterStateInput;
import io.envoyproxy.envoy.type.matcher.v3.HttpRequestHeaderMatchInput;
import io.outrigger.config.cel.AttributeSource;
import io.outrigger.config.compile.Problems;
import io.outrigger.config.compile.TypedExtension;
import io.outrigger.config.http.HeaderName;
import io.outrigger.config.http.JoinedValue;
import io.outrigger.config.listener.NetworkInputs;
import io.outrigger.config.match.tree.MatchInput;
import io.outrigger.config.match.tree.MatchTreeCompiler;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Compiles matchers of RBAC: what they look at, and their actions. */
final class RbacMatcherCompiler
    implements MatchTreeCompiler.Owner<RbacRequest, RbacMatcher.Action> {
  private static final String SSL = "envoy.extensions.matching.common_inputs.ssl.v3.";

  private final boolean http;
  private final List<RbacMatcher.Action> actions = new ArrayList<>();

  private RbacMatcherCompiler(boolean http) {
    this.http = http;
  }

  static RbacMatcher compile(Matcher proto, boolean http, Problems problems) {
    RbacMatcherCompiler owner = new RbacMatcherCompiler(http);
    return new RbacMatcher(new MatchTreeCompiler<>(owner).compile(proto, problems), owner.actions);
  }

  /** What expressions ask. */
  private record Attributes() implements MatchInput<RbacRequest> {
    @Override
    public @Nullable String text(RbacRequest request) {
      return null;
    }

    @Override
    public AttributeSource attributes(RbacRequest request) {
      return request.attributes();
    }

    @Override
    public boolean isAttributes() {
      return true;
    }
  }

  @Override
  public @Nullable MatchInput<RbacRequest> input(TypedExtension extension, Problems problems) {
    MatchInput<RbacRequest> found = NetworkInputs.find(extension.type(), RbacRequest::connection);
    if (found != null) {
      return found;
    }
    return switch (extension.type()) {
      case "envoy.type.matcher.v3.HttpRequestHeaderMatchInput" -> header(extension, problems);
      case "xds.type.matcher.v3.HttpAttributesCelMatchInput" -> new Attributes();
      case NetworkInputs.PACKAGE + "FilterStateInput" -> filterState(extension, problems);
      case SSL + "UriSanInput" -> request -> joined(request.uriSans());
      case SSL + "DnsSanInput" -> request -> joined(request.dnsSans());
      case SSL + "SubjectInput" ->
          request -> request.subject().isEmpty() ? null : request.subject();
      default -> {
        problems.error(
            "'"
                + extension.type()
                + "' is not supported; HttpRequestHeaderMatchInput, HttpAttributesCelMatchInput,"
                + " and of common_inputs those of ssl, and of network but DynamicMetadataInput,"
                + " are");
        yield null;
      }
    };
  }

  private @Nullable MatchInput<RbacRequest> header(TypedExtension extension, Problems problems) {
    if (!http) {
      problems.error("a header is not known of TCP connections");
    }
    HttpRequestHeaderMatchInput proto =
        extension.parse(HttpRequestHeaderMatchInput.parser(), problems);
    if (proto == null) {
      return null;
    }
    HeaderName name = HeaderName.of(proto.getHeaderName()).inRequests();
    return request -> JoinedValue.of(request.headers(), name);
  }

  private static @Nullable MatchInput<RbacRequest> filterState(
      TypedExtension extension, Problems problems) {
    FilterStateInput proto = extension.parse(FilterStateInput.parser(), problems);
    return proto == null
        ? null
        : request -> {
          Value value = request.filterState(proto.getKey());
          return value != null && value.hasStringValue() ? value.getStringValue() : null;
        };
  }

  private static @Nullable String joined(List<String> names) {
    return names.isEmpty() ? null : String.join(",", names);
  }

  @Override
  public RbacMatcher.@Nullable Action action(TypedExtension extension, Problems problems) {
    if (!extension.type().equals("envoy.config.rbac.v3.Action")) {
      problems.error("'" + extension.type() + "' is not supported; envoy.config.rbac.v3.Action is");
      return null;
    }
    Action proto = extension.parse(Action.parser(), problems);
    if (proto == null) {
      return null;
    }
    if (proto.getName().isEmpty()) {
      problems.error("name", "is empty; a name is required");
    }
    RbacMatcher.Action action =
        new RbacMatcher.Action(
            actions.size(), proto.getName(), RbacRulesCompiler.action(proto.getAction(), problems));
    actions.add(action);
    return action;
  }
}
