package io.outrigger.cli.up;

import io.outrigger.cli.local.Workload;
import java.util.Map;
import java.util.TreeMap;

/** The services and workloads of a mesh file as the control plane reads them. */
final class UpResources {
  private UpResources() {}

  /**
   * YAML.
   *
   * @param workloads by the name of their service in the file
   */
  static String yaml(UpFile file, Map<String, Workload> workloads) {
    StringBuilder out = new StringBuilder();
    Map<String, Integer> ports = new TreeMap<>();
    file.services().forEach(service -> ports.put(service.service(), service.port()));
    ports.forEach(
        (service, port) ->
            out.append(
                """
                apiVersion: v1
                kind: Service
                metadata: {name: %1$s, namespace: %2$s}
                spec: {selector: {app: %1$s}, ports: [{name: main, port: %3$d}]}
                ---
                """
                    .formatted(service, file.namespace(), port)));
    for (Workload workload : workloads.values()) {
      StringBuilder labels = new StringBuilder();
      workload
          .labels()
          .forEach(
              (key, value) ->
                  labels
                      .append(labels.isEmpty() ? "" : ", ")
                      .append(quote(key))
                      .append(": ")
                      .append(quote(value)));
      out.append(
          """
          apiVersion: networking.istio.io/v1
          kind: WorkloadEntry
          metadata: {name: %s, namespace: %s}
          spec: {address: 127.0.0.1, ports: {main: %d}, serviceAccount: %s, labels: {%s}}
          ---
          """
              .formatted(
                  workload.name(),
                  workload.namespace(),
                  workload.inboundPort(),
                  workload.service(),
                  labels));
    }
    return out.toString();
  }

  private static String quote(String text) {
    return "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
  }
}
