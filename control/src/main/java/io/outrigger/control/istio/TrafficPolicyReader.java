package io.outrigger.control.istio;

import io.outrigger.control.istio.TrafficPolicy.ClientTls;
import io.outrigger.control.istio.TrafficPolicy.ConnectionPool;
import io.outrigger.control.istio.TrafficPolicy.OutlierDetection;
import io.outrigger.control.istio.TrafficPolicy.TcpKeepalive;
import io.outrigger.control.resource.Fields;
import java.time.Duration;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Reads a traffic policy. */
final class TrafficPolicyReader {
  private static final int MAX = Integer.MAX_VALUE;

  private TrafficPolicyReader() {}

  static TrafficPolicy read(Fields fields) {
    fields.unsupported("tunnel");
    fields.unsupported("proxyProtocol");
    fields.unsupported("retryBudget");
    Map<Integer, TrafficPolicy> ports = new TreeMap<>();
    fields.objects(
        "portLevelSettings",
        f -> {
          Integer port = f.object("port", p -> p.port("number"));
          if (port == null) {
            f.error("port", "must have a number");
          }
          TrafficPolicy policy = settings(f, Map.of());
          if (port != null && ports.putIfAbsent(port, policy) != null) {
            f.error("port", "port " + port + " stands here twice");
          }
          return policy;
        });
    return settings(fields, Collections.unmodifiableMap(ports));
  }

  private static TrafficPolicy settings(Fields fields, Map<Integer, TrafficPolicy> ports) {
    return new TrafficPolicy(
        fields.object("loadBalancer", LoadBalancerReader::read),
        pool(fields),
        fields.object("outlierDetection", TrafficPolicyReader::outliers),
        fields.object("tls", TrafficPolicyReader::tls),
        ports);
  }

  /** The two halves of a connection pool, as written. */
  private record Tcp(
      @Nullable Integer maxConnections,
      @Nullable Duration connectTimeout,
      @Nullable TcpKeepalive keepalive,
      @Nullable Duration maxConnectionDuration,
      @Nullable Duration idleTimeout) {}

  private static @Nullable ConnectionPool pool(Fields parent) {
    return parent.object(
        "connectionPool",
        fields -> {
          Tcp given = fields.object("tcp", TrafficPolicyReader::tcp);
          Tcp tcp = given == null ? new Tcp(null, null, null, null, null) : given;
          ConnectionPool pool = fields.object("http", f -> http(f, tcp));
          return pool != null
              ? pool
              : new ConnectionPool(
                  tcp.maxConnections,
                  tcp.connectTimeout,
                  tcp.keepalive,
                  tcp.maxConnectionDuration,
                  tcp.idleTimeout,
                  null,
                  null,
                  null,
                  null,
                  null,
                  ConnectionPool.H2UpgradePolicy.DEFAULT,
                  false,
                  null);
        });
  }

  private static Tcp tcp(Fields fields) {
    return new Tcp(
        fields.integer("maxConnections", 0, MAX),
        fields.duration("connectTimeout"),
        fields.object(
            "tcpKeepalive",
            f ->
                new TcpKeepalive(
                    f.integer("probes", 0, MAX), f.duration("time"), f.duration("interval"))),
        fields.duration("maxConnectionDuration"),
        fields.duration("idleTimeout"));
  }

  private static ConnectionPool http(Fields fields, Tcp tcp) {
    fields.ignored("http2KeepAlive", "isn't supported yet and has no effect");
    return new ConnectionPool(
        tcp.maxConnections,
        tcp.connectTimeout,
        tcp.keepalive,
        tcp.maxConnectionDuration,
        tcp.idleTimeout,
        fields.integer("http1MaxPendingRequests", 0, MAX),
        fields.integer("http2MaxRequests", 0, MAX),
        fields.integer("maxRequestsPerConnection", 0, MAX),
        fields.integer("maxRetries", 0, MAX),
        fields.duration("idleTimeout"),
        fields.oneOf(
            "h2UpgradePolicy",
            ConnectionPool.H2UpgradePolicy.class,
            ConnectionPool.H2UpgradePolicy.DEFAULT),
        fields.flag("useClientProtocol"),
        fields.integer("maxConcurrentStreams", 1, MAX));
  }

  private static OutlierDetection outliers(Fields fields) {
    Integer deprecated = fields.integer("consecutiveErrors", 0, MAX);
    if (deprecated != null) {
      fields.warning("consecutiveErrors", "is deprecated; use consecutive5xxErrors");
    }
    Integer errors = fields.integer("consecutive5xxErrors", 0, MAX);
    return new OutlierDetection(
        fields.flag("splitExternalLocalOriginErrors"),
        fields.integer("consecutiveLocalOriginFailures", 0, MAX),
        fields.integer("consecutiveGatewayErrors", 0, MAX),
        errors != null ? errors : deprecated,
        fields.duration("interval"),
        fields.duration("baseEjectionTime"),
        fields.integer("maxEjectionPercent", 0, 100),
        fields.integer("minHealthPercent", 0, 100));
  }

  private static ClientTls tls(Fields fields) {
    fields.unsupported("credentialName");
    fields.unsupported("caCrl");
    if (!fields.has("mode")) {
      fields.error("mode", "must be given: DISABLE, SIMPLE, MUTUAL or ISTIO_MUTUAL");
    }
    ClientTls tls =
        new ClientTls(
            fields.oneOf("mode", ClientTls.Mode.class, ClientTls.Mode.DISABLE),
            fields.string("clientCertificate"),
            fields.string("privateKey"),
            fields.string("caCertificates"),
            fields.strings("subjectAltNames"),
            fields.string("sni"),
            fields.flag("insecureSkipVerify"));
    boolean files = tls.clientCertificate() != null || tls.privateKey() != null;
    switch (tls.mode()) {
      case MUTUAL -> {
        if (tls.clientCertificate() == null || tls.privateKey() == null) {
          fields.error("", "mode MUTUAL needs clientCertificate and privateKey");
        }
      }
      case ISTIO_MUTUAL -> {
        if (files || tls.caCertificates() != null) {
          fields.error("", "mode ISTIO_MUTUAL uses the mesh's certificates; name no files");
        }
      }
      case SIMPLE, DISABLE -> {}
    }
    if (tls.mode() == ClientTls.Mode.SIMPLE
        && tls.caCertificates() == null
        && !tls.insecureSkipVerify()) {
      fields.warning(
          "caCertificates", "is missing: the system's certificate authorities are trusted");
    }
    return tls;
  }
}
