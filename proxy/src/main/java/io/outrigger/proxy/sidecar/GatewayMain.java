package io.outrigger.proxy.sidecar;

import java.util.List;

/** The {@code outrigger gateway} process: a proxy that serves the ports of Gateways, by itself. */
public final class GatewayMain {
  static final String USAGE =
      """
      outrigger gateway --service NAME --control HOST:PORT --token-file FILE --ca-file FILE \
      [--label KEY=VALUE...] [OPTION...]

      Runs a proxy at the edge of the mesh: has it certified, takes its configuration from the control
      plane, and opens the ports of the Gateways that select its labels.

        --service NAME          the gateway's service; where Kubernetes has one of that name, its
                                ports lead to those that are opened
        --label KEY=VALUE       what Gateways select it by, such as istio=ingressgateway; may be repeated
        --pod-info DIR          a pod's labels, in the file that its downward API mounts there
        --control HOST:PORT     the control plane (127.0.0.1:15012)
        --control-name NAME     what the control plane's certificate is for, if not HOST
        --ca-file FILE          the mesh's roots: root-cert.pem of the control plane; watched
        --token-file FILE       proves who the gateway is: outrigger token makes one
        --namespace NS          whose Secrets it may be sent (default)
        --service-account SA    (the service's name)
        --trust-domain NAME     (cluster.local)
        --instance NAME         the instance's name (the service's)
        --trusted-proxies N     how many proxies before it append to x-forwarded-for truthfully (0)
        --lifetime DURATION     how long certificates should live, such as 12h or 20s
        --state-dir DIR         keeps key, certificate and last configuration (.outrigger/INSTANCE)
        --address IP            the instance's address (that from which HOST is reached)
        --health-port PORT      /healthz/ready for everybody; 0 for none (0; Istio's is 15021)
        --stats-port PORT       /stats/prometheus for everybody; 0 for none (0; Istio's is 15090)
        --admin-port PORT       Envoy's admin pages on loopback; 0 for none (15000)
        --access-log FILE       - for standard output
        --zipkin HOST:PORT      traces requests, and sends the spans to a Zipkin
        --trace-sampling N      so many of 100 requests that are in no trace begin one (1)
        --concurrency N         worker threads
        --log-level LEVEL       trace debug info warning error critical off (info)
        --drain-time DURATION   how long requests may take to end at shutdown (5s)
        --restart-epoch N|auto  hot restart: takes the sockets over of the gateway that runs before
        --base-id N             tells the proxies of one machine apart (0)
        --parent-shutdown-time DURATION  how long the gateway before may take to end (30s)
      """;

  private GatewayMain() {}

  public static void main(String[] args) {
    System.exit(SidecarMain.run(Role.GATEWAY, List.of(args)));
  }
}
