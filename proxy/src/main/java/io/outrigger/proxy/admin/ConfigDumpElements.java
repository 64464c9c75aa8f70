package io.outrigger.proxy.admin;

import com.google.protobuf.MessageLite;
import io.envoyproxy.envoy.admin.v3.BootstrapConfigDump;
import io.envoyproxy.envoy.admin.v3.ClustersConfigDump;
import io.envoyproxy.envoy.admin.v3.ConfigDump;
import io.envoyproxy.envoy.admin.v3.EcdsConfigDump;
import io.envoyproxy.envoy.admin.v3.EndpointsConfigDump;
import io.envoyproxy.envoy.admin.v3.ListenersConfigDump;
import io.envoyproxy.envoy.admin.v3.RoutesConfigDump;
import io.envoyproxy.envoy.admin.v3.ScopedRoutesConfigDump;
import io.envoyproxy.envoy.admin.v3.SecretsConfigDump;
import io.outrigger.api.schema.JsonWriter;
import io.outrigger.api.schema.ProtoJson;
import java.util.Collection;
import java.util.List;

/** {@code /config_dump?resource=FIELD}: the elements of one repeated field of the sections. */
final class ConfigDumpElements {
  private ConfigDumpElements() {}

  static AdminReply of(String field, Collection<MessageLite> sections) {
    List<? extends MessageLite> elements = null;
    String type = "";
    for (MessageLite section : sections) {
      if (section instanceof ClustersConfigDump clusters) {
        if (field.equals("static_clusters")) {
          elements = clusters.getStaticClustersList();
          type = "ClustersConfigDump.StaticCluster";
        } else if (field.equals("dynamic_active_clusters")) {
          elements = clusters.getDynamicActiveClustersList();
          type = "ClustersConfigDump.DynamicCluster";
        } else if (field.equals("dynamic_warming_clusters")) {
          elements = clusters.getDynamicWarmingClustersList();
          type = "ClustersConfigDump.DynamicCluster";
        }
      } else if (section instanceof ListenersConfigDump listeners) {
        if (field.equals("static_listeners")) {
          elements = listeners.getStaticListenersList();
          type = "ListenersConfigDump.StaticListener";
        } else if (field.equals("dynamic_listeners")) {
          elements = listeners.getDynamicListenersList();
          type = "ListenersConfigDump.DynamicListener";
        }
      } else if (section instanceof RoutesConfigDump routes) {
        if (field.equals("static_route_configs")) {
          elements = routes.getStaticRouteConfigsList();
          type = "RoutesConfigDump.StaticRouteConfig";
        } else if (field.equals("dynamic_route_configs")) {
          elements = routes.getDynamicRouteConfigsList();
          type = "RoutesConfigDump.DynamicRouteConfig";
        }
      } else if (section instanceof EndpointsConfigDump endpoints) {
        if (field.equals("static_endpoint_configs")) {
          elements = endpoints.getStaticEndpointConfigsList();
          type = "EndpointsConfigDump.StaticEndpointConfig";
        } else if (field.equals("dynamic_endpoint_configs")) {
          elements = endpoints.getDynamicEndpointConfigsList();
          type = "EndpointsConfigDump.DynamicEndpointConfig";
        }
      } else if (section instanceof EcdsConfigDump extensions) {
        if (field.equals("ecds_filters")) {
          elements = extensions.getEcdsFiltersList();
          type = "EcdsConfigDump.EcdsFilterConfig";
        }
      } else if (section instanceof ScopedRoutesConfigDump scopes) {
        if (field.equals("inline_scoped_route_configs")) {
          elements = scopes.getInlineScopedRouteConfigsList();
          type = "ScopedRoutesConfigDump.InlineScopedRouteConfigs";
        } else if (field.equals("dynamic_scoped_route_configs")) {
          elements = scopes.getDynamicScopedRouteConfigsList();
          type = "ScopedRoutesConfigDump.DynamicScopedRouteConfigs";
        }
      } else if (section instanceof SecretsConfigDump secrets) {
        if (field.equals("static_secrets")) {
          elements = secrets.getStaticSecretsList();
          type = "SecretsConfigDump.StaticSecret";
        } else if (field.equals("dynamic_active_secrets")) {
          elements = secrets.getDynamicActiveSecretsList();
          type = "SecretsConfigDump.DynamicSecret";
        }
      } else if (section instanceof BootstrapConfigDump dump) {
        if (field.equals("bootstrap")) {
          return one("envoy.config.bootstrap.v3.Bootstrap", dump.getBootstrap());
        }
      }
    }
    return elements == null
        ? AdminReply.error(404, field + " not found in config dump")
        : list(ConfigDumpPage.DUMP + type, elements);
  }

  private static AdminReply one(String type, MessageLite element) {
    return list(type, List.of(element));
  }

  private static AdminReply list(String type, List<? extends MessageLite> elements) {
    ConfigDump.Builder dump = ConfigDump.newBuilder();
    for (MessageLite element : elements) {
      dump.addConfigs(ConfigDumpPage.any(type, element));
    }
    JsonWriter out = new JsonWriter(true);
    ProtoJson.write("envoy.admin.v3.ConfigDump", dump.build().toByteArray(), out);
    return AdminReply.json(out + "\n");
  }
}
