package io.outrigger.config.rbac;

import io.envoyproxy.envoy.config.core.v3.TypedExtensionConfig;
import io.envoyproxy.envoy.config.rbac.v3.MetadataSource;
import io.envoyproxy.envoy.config.rbac.v3.Permission;
import io.envoyproxy.envoy.config.rbac.v3.Principal;
import io.envoyproxy.envoy.config.rbac.v3.SourcedMetadata;
import io.envoyproxy.envoy.extensions.rbac.principals.mtls_authenticated.v3.Config;
import io.envoyproxy.envoy.type.matcher.v3.PathMatcher;
import io.outrigger.config.compile.Problems;
import io.outrigger.config.compile.TypedExtension;
import io.outrigger.config.match.CidrRangeCompiler;
import io.outrigger.config.match.HeaderMatcherCompiler;
import io.outrigger.config.match.PathMatcherCompiler;
import io.outrigger.config.match.StringMatcherCompiler;
import io.outrigger.config.metadata.MetadataMatcherCompiler;
import io.outrigger.config.route.FilterStateMatcher;
import io.outrigger.config.tls.ValidationCompiler;
import java.util.ArrayList;
import java.util.List;

/** Compiles permissions and principals. */
@SuppressWarnings("deprecation") // source_ip and metadata are still accepted by Envoy
final class ConditionCompiler {
  private static final String MTLS =
      "envoy.extensions.rbac.principals.mtls_authenticated.v3.Config";

  /** Whether headers can be asked for. */
  private final boolean http;

  ConditionCompiler(boolean http) {
    this.http = http;
  }

  Condition permissions(List<Permission> protos, String field, Problems problems, boolean all) {
    List<Condition> conditions = new ArrayList<>(protos.size());
    for (int i = 0; i < protos.size(); i++) {
      conditions.add(permission(protos.get(i), problems.at(field, i)));
    }
    return joined(conditions, all, field, problems);
  }

  Condition principals(List<Principal> protos, String field, Problems problems, boolean all) {
    List<Condition> conditions = new ArrayList<>(protos.size());
    for (int i = 0; i < protos.size(); i++) {
      conditions.add(principal(protos.get(i), problems.at(field, i)));
    }
    return joined(conditions, all, field, problems);
  }

  private static Condition joined(
      List<Condition> conditions, boolean all, String field, Problems problems) {
    if (conditions.isEmpty()) {
      problems.error(field, "is empty; one or more is required");
    }
    if (conditions.size() == 1) {
      return conditions.getFirst();
    }
    return all ? new Condition.All(conditions) : new Condition.OneOf(conditions);
  }

  private Condition permission(Permission proto, Problems problems) {
    return switch (proto.getRuleCase()) {
      case AND_RULES ->
          permissions(proto.getAndRules().getRulesList(), "rules", problems.at("and_rules"), true);
      case OR_RULES ->
          permissions(proto.getOrRules().getRulesList(), "rules", problems.at("or_rules"), false);
      case ANY -> any(proto.getAny(), problems);
      case HEADER -> header(proto.getHeader(), problems);
      case URL_PATH -> urlPath(proto.getUrlPath(), problems);
      case DESTINATION_IP ->
          ip(Condition.Side.DESTINATION, proto.getDestinationIp(), problems.at("destination_ip"));
      case DESTINATION_PORT -> {
        long port = Integer.toUnsignedLong(proto.getDestinationPort());
        if (port > 65535) {
          problems.error("destination_port", "is " + port + "; 0 to 65535 is allowed");
        }
        yield new Condition.Port((int) port, (int) port + 1);
      }
      case DESTINATION_PORT_RANGE -> portRange(proto, problems.at("destination_port_range"));
      case METADATA ->
          new Condition.Metadata(
              MetadataMatcherCompiler.compile(proto.getMetadata(), problems.at("metadata")), false);
      case NOT_RULE -> new Condition.Not(permission(proto.getNotRule(), problems.at("not_rule")));
      case REQUESTED_SERVER_NAME ->
          new Condition.ServerName(
              StringMatcherCompiler.compile(
                  proto.getRequestedServerName(), problems.at("requested_server_name")));
      case URI_TEMPLATE -> template(proto.getUriTemplate(), problems);
      case SOURCED_METADATA -> sourced(proto.getSourcedMetadata(), problems);
      case MATCHER -> unsupported("matcher", problems);
      case RULE_NOT_SET -> {
        problems.error("a rule is required");
        yield new Condition.Any();
      }
    };
  }

  private Condition principal(Principal proto, Problems problems) {
    return switch (proto.getIdentifierCase()) {
      case AND_IDS ->
          principals(proto.getAndIds().getIdsList(), "ids", problems.at("and_ids"), true);
      case OR_IDS -> principals(proto.getOrIds().getIdsList(), "ids", problems.at("or_ids"), false);
      case ANY -> any(proto.getAny(), problems);
      case AUTHENTICATED ->
          new Condition.Authenticated(
              proto.getAuthenticated().hasPrincipalName()
                  ? StringMatcherCompiler.compile(
                      proto.getAuthenticated().getPrincipalName(),
                      problems.at("authenticated").at("principal_name"))
                  : null);
      case SOURCE_IP -> ip(Condition.Side.SOURCE, proto.getSourceIp(), problems.at("source_ip"));
      case DIRECT_REMOTE_IP ->
          ip(
              Condition.Side.DIRECT_REMOTE,
              proto.getDirectRemoteIp(),
              problems.at("direct_remote_ip"));
      case REMOTE_IP -> ip(Condition.Side.REMOTE, proto.getRemoteIp(), problems.at("remote_ip"));
      case HEADER -> header(proto.getHeader(), problems);
      case URL_PATH -> urlPath(proto.getUrlPath(), problems);
      case METADATA ->
          new Condition.Metadata(
              MetadataMatcherCompiler.compile(proto.getMetadata(), problems.at("metadata")), false);
      case FILTER_STATE ->
          new Condition.FilterState(
              FilterStateMatcher.compile(proto.getFilterState(), problems.at("filter_state")));
      case NOT_ID -> new Condition.Not(principal(proto.getNotId(), problems.at("not_id")));
      case SOURCED_METADATA -> sourced(proto.getSourcedMetadata(), problems);
      case CUSTOM -> custom(proto.getCustom(), problems.at("custom"));
      case IDENTIFIER_NOT_SET -> {
        problems.error("an identifier is required");
        yield new Condition.Any();
      }
    };
  }

  private static Condition any(boolean value, Problems problems) {
    if (!value) {
      problems.error("any", "is false; true is allowed");
    }
    return new Condition.Any();
  }

  private Condition header(
      io.envoyproxy.envoy.config.route.v3.HeaderMatcher proto, Problems problems) {
    if (!http) {
      problems.error("header", "is not known of TCP connections");
    }
    return new Condition.Header(HeaderMatcherCompiler.compile(proto, problems.at("header")));
  }

  private Condition urlPath(PathMatcher proto, Problems problems) {
    if (!http) {
      problems.error("url_path", "is not known of TCP connections");
    }
    return new Condition.UrlPath(
        StringMatcherCompiler.compile(proto.getPath(), problems.at("url_path").at("path")));
  }

  private Condition template(TypedExtensionConfig proto, Problems problems) {
    if (!http) {
      problems.error("uri_template", "is not known of TCP connections");
    }
    return new Condition.Template(PathMatcherCompiler.template(proto, problems.at("uri_template")));
  }

  private static Condition ip(
      Condition.Side side, io.envoyproxy.envoy.config.core.v3.CidrRange proto, Problems problems) {
    return new Condition.Ip(side, CidrRangeCompiler.compile(proto, problems));
  }

  private static Condition portRange(Permission proto, Problems problems) {
    int start = proto.getDestinationPortRange().getStart();
    int end = proto.getDestinationPortRange().getEnd();
    if (start < 0 || start > 65536 || end < 0 || end > 65536) {
      problems.error("is " + start + " to " + end + "; 0 to 65536 is allowed");
    } else if (start >= end) {
      problems.error("start " + start + " is not below end " + end);
    }
    return new Condition.Port(start, end);
  }

  private static Condition sourced(SourcedMetadata proto, Problems problems) {
    return new Condition.Metadata(
        MetadataMatcherCompiler.compile(
            proto.getMetadataMatcher(), problems.at("sourced_metadata").at("metadata_matcher")),
        proto.getMetadataSource() == MetadataSource.ROUTE);
  }

  private static Condition custom(TypedExtensionConfig proto, Problems problems) {
    Problems here = problems.at("typed_config");
    TypedExtension extension = TypedExtension.of(proto.getTypedConfig(), here);
    if (!extension.type().equals(MTLS)) {
      here.error("'" + extension.type() + "' is not supported; " + MTLS + " is");
      return new Condition.Any();
    }
    Config config = extension.parse(Config.parser(), here);
    if (config == null) {
      return new Condition.Any();
    }
    if (!config.hasSanMatcher() && !config.getAnyValidatedClientCertificate()) {
      here.error("one of san_matcher or any_validated_client_certificate is required");
    }
    return new Condition.ClientCertificate(
        config.hasSanMatcher()
            ? ValidationCompiler.sanMatcher(config.getSanMatcher(), here.at("san_matcher"))
            : null);
  }

  private static Condition unsupported(String field, Problems problems) {
    problems.unsupported(field);
    return new Condition.Any();
  }
}
