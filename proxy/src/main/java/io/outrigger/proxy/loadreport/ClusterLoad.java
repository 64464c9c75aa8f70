package io.outrigger.proxy.loadreport;

import com.google.protobuf.Duration;
import io.envoyproxy.envoy.config.core.v3.Locality;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterStats;
import io.envoyproxy.envoy.config.endpoint.v3.EndpointLoadMetricStats;
import io.envoyproxy.envoy.config.endpoint.v3.UpstreamEndpointStats;
import io.envoyproxy.envoy.config.endpoint.v3.UpstreamLocalityStats;
import io.outrigger.config.cluster.Discovery;
import io.outrigger.proxy.accesslog.AddressMessages;
import io.outrigger.proxy.cluster.Cluster;
import io.outrigger.proxy.cluster.Host;
import io.outrigger.proxy.cluster.HostSet;
import io.outrigger.proxy.cluster.HostStats;
import io.outrigger.proxy.cluster.LocalityHosts;
import io.outrigger.proxy.cluster.PriorityHosts;
import io.outrigger.proxy.lb.LoadMetrics;
import io.outrigger.proxy.lb.LoadMetrics.Sum;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What was told of one cluster's load, so that the next report tells what has come since. */
final class ClusterLoad {
  private final String name;
  private @Nullable Cluster of;
  private Map<Host, Counts> told = new HashMap<>();
  private long toldDrops;
  private long toldOverloads;
  private long toldAtNanos;

  /** What a host's counters were. */
  private record Counts(long success, long error, long issued) {
    static final Counts NONE = new Counts(0, 0, 0);

    static Counts of(HostStats stats) {
      return new Counts(stats.rqSuccess(), stats.rqError(), stats.rqTotal());
    }

    Counts since(Counts before) {
      return new Counts(success - before.success, error - before.error, issued - before.issued);
    }
  }

  /** Counts from now on; the cluster may come later. */
  ClusterLoad(String name, @Nullable Cluster now, long nanos) {
    this.name = name;
    this.of = now;
    this.toldAtNanos = nanos;
    if (now == null) {
      return;
    }
    toldDrops = now.drops().all();
    toldOverloads = now.drops().byOverload();
    for (PriorityHosts priority : now.hostSet().priorities()) {
      for (Host host : priority.hosts()) {
        told.put(host, Counts.of(host.stats()));
      }
    }
  }

  /** What has come since the last call. */
  @SuppressWarnings("ReferenceEquality") // another of the same name counts from nothing
  ClusterStats report(Cluster now, boolean byEndpoint, long nanos) {
    if (now != of) {
      of = now;
      toldDrops = 0;
      toldOverloads = 0;
    }
    ClusterStats.Builder out = ClusterStats.newBuilder().setClusterName(name);
    if (now.config().discovery() instanceof Discovery.Eds eds) {
      out.setClusterServiceName(eds.serviceName());
    }
    Map<Host, Counts> current = new HashMap<>();
    HostSet hosts = now.hostSet();
    for (int i = 0; i < hosts.priorities().size(); i++) {
      for (LocalityHosts locality : hosts.priorities().get(i).localities()) {
        UpstreamLocalityStats stats = locality(locality, i, byEndpoint, current);
        if (stats != null) {
          out.addUpstreamLocalityStats(stats);
        }
      }
    }
    told = current;
    addDrops(now, out);
    long micros = (nanos - toldAtNanos) / 1000;
    toldAtNanos = nanos;
    return out.setLoadReportInterval(
            Duration.newBuilder()
                .setSeconds(micros / 1_000_000)
                .setNanos((int) (micros % 1_000_000) * 1000))
        .build();
  }

  private void addDrops(Cluster now, ClusterStats.Builder out) {
    long drops = now.drops().all();
    long overloads = now.drops().byOverload();
    out.setTotalDroppedRequests(drops - toldDrops);
    if (overloads > toldOverloads) {
      out.addDroppedRequests(
          ClusterStats.DroppedRequests.newBuilder()
              .setCategory(now.dropCategory())
              .setDroppedCount(overloads - toldOverloads));
    }
    toldDrops = drops;
    toldOverloads = overloads;
  }

  /** Null if there is nothing to tell. */
  private @Nullable UpstreamLocalityStats locality(
      LocalityHosts hosts, int priority, boolean byEndpoint, Map<Host, Counts> current) {
    UpstreamLocalityStats.Builder out = UpstreamLocalityStats.newBuilder();
    Map<String, Sum> metrics = new TreeMap<>();
    long success = 0;
    long error = 0;
    long issued = 0;
    long active = 0;
    boolean any = false;
    for (Host host : hosts.hosts()) {
      Counts counts = Counts.of(host.stats());
      Counts gained = counts.since(told.getOrDefault(host, Counts.NONE));
      current.put(host, counts);
      long open = host.stats().rqActive();
      LoadMetrics reported = host.loadMetrics();
      Map<String, Sum> own = reported == null ? Map.of() : reported.take();
      if (gained.equals(Counts.NONE) && open == 0 && own.isEmpty()) {
        continue;
      }
      any = true;
      success += gained.success;
      error += gained.error;
      issued += gained.issued;
      active += open;
      own.forEach((name, sum) -> metrics.merge(name, sum, Sum::plus));
      if (byEndpoint) {
        out.addUpstreamEndpointStats(endpoint(host, gained, open, own));
      }
    }
    if (!any) {
      return null;
    }
    return out.setLocality(locality(hosts.locality()))
        .setPriority(priority)
        .setTotalSuccessfulRequests(success)
        .setTotalErrorRequests(error)
        .setTotalIssuedRequests(issued)
        .setTotalRequestsInProgress(active)
        .addAllLoadMetricStats(messages(metrics))
        .build();
  }

  private static Locality locality(io.outrigger.config.cluster.Locality of) {
    return Locality.newBuilder()
        .setRegion(of.region())
        .setZone(of.zone())
        .setSubZone(of.subZone())
        .build();
  }

  private static UpstreamEndpointStats endpoint(
      Host host, Counts gained, long open, Map<String, Sum> metrics) {
    return UpstreamEndpointStats.newBuilder()
        .setAddress(AddressMessages.of(host.addressText()))
        .setTotalSuccessfulRequests(gained.success)
        .setTotalErrorRequests(gained.error)
        .setTotalIssuedRequests(gained.issued)
        .setTotalRequestsInProgress(open)
        .addAllLoadMetricStats(messages(metrics))
        .build();
  }

  private static List<EndpointLoadMetricStats> messages(Map<String, Sum> metrics) {
    return metrics.entrySet().stream()
        .map(
            metric ->
                EndpointLoadMetricStats.newBuilder()
                    .setMetricName(metric.getKey())
                    .setNumRequestsFinishedWithMetric(metric.getValue().requests())
                    .setTotalMetricValue(metric.getValue().total())
                    .build())
        .toList();
  }
}
