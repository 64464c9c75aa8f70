package io.outrigger.proxy.lb;

import io.outrigger.config.cluster.CommonLb;
import io.outrigger.config.cluster.CommonLb.ZoneAware;
import io.outrigger.config.cluster.Locality;
import io.outrigger.proxy.cluster.Host;
import io.outrigger.proxy.cluster.HostSet;
import io.outrigger.proxy.cluster.LocalityHosts;
import io.outrigger.proxy.cluster.PriorityHosts;
import io.outrigger.proxy.lb.LbScope.ZoneDecision;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Zone-aware routing: as much of the traffic as the own zone can bear stays there, the rest goes
 * where zones have more hosts than proxies that send to them.
 */
final class ZonePicker implements HostPicker {
  private static final ZoneAware DEFAULT = new ZoneAware(100, 6);
  private static final int WHOLE = 10_000;

  private final HostPicker everywhere;
  private final HostPicker[] zones;
  private final long[] residual;
  private final long localShare;
  private final boolean direct;
  private final double enabledPercent;
  private final boolean localPanic;
  private final boolean failOnPanic;
  private final LbScope scope;

  private ZonePicker(
      HostPicker everywhere,
      HostPicker[] zones,
      long[] residual,
      long localShare,
      boolean direct,
      double enabledPercent,
      boolean localPanic,
      boolean failOnPanic,
      LbScope scope) {
    this.everywhere = everywhere;
    this.zones = zones;
    this.residual = residual;
    this.localShare = localShare;
    this.direct = direct;
    this.enabledPercent = enabledPercent;
    this.localPanic = localPanic;
    this.failOnPanic = failOnPanic;
    this.scope = scope;
  }

  /** A picker of the priority's healthy hosts, by zone where that can be done. */
  static HostPicker of(
      int priority, PriorityHosts hosts, CommonLb common, HostPickers pickers, LbScope scope) {
    HostSet local = scope.localHosts();
    if (priority != 0 || local == null) {
      return pickers.of(hosts.healthy());
    }
    scope.zone(ZoneDecision.RECALCULATED);
    ZoneAware config = common.zoneAware() == null ? DEFAULT : common.zoneAware();
    List<LocalityHosts> zones = ownFirst(hosts.localities(), scope.locality());
    HostPicker everywhere = pickers.of(hosts.healthy());
    if (zones.size() < 2) {
      return everywhere;
    }
    if (hosts.healthy().length < config.minClusterSize()) {
      scope.zone(ZoneDecision.CLUSTER_TOO_SMALL);
      return everywhere;
    }
    return of(zones, local, config, common, everywhere, pickers, scope);
  }

  private static HostPicker of(
      List<LocalityHosts> zones,
      HostSet local,
      ZoneAware config,
      CommonLb common,
      HostPicker everywhere,
      HostPickers pickers,
      LbScope scope) {
    Map<Locality, Long> senders = new HashMap<>();
    long sent = 0;
    PriorityHosts localHosts = local.priorities().getFirst();
    for (LocalityHosts zone : localHosts.localities()) {
      senders.merge(zone.locality(), (long) zone.healthy().length, Long::sum);
      sent += zone.healthy().length;
    }
    if (!senders.containsKey(scope.locality())) {
      return everywhere;
    }
    long all = 0;
    for (LocalityHosts zone : zones) {
      all += zone.healthy().length;
    }
    long[] residual = new long[zones.size()];
    HostPicker[] own = new HostPicker[zones.size()];
    long localShare = 0;
    boolean direct = false;
    for (int i = 0; i < residual.length; i++) {
      LocalityHosts zone = zones.get(i);
      own[i] = pickers.of(zone.healthy());
      long wanted = sent == 0 ? 0 : WHOLE * senders.getOrDefault(zone.locality(), 0L) / sent;
      long has = all == 0 ? 0 : (long) WHOLE * zone.healthy().length / all;
      if (i == 0 && zone.locality().equals(scope.locality())) {
        direct = has >= wanted;
        localShare = wanted == 0 ? 0 : has * WHOLE / wanted;
      } else {
        residual[i] = (i == 0 ? 0 : residual[i - 1]) + Math.max(0, has - wanted);
      }
    }
    return new ZonePicker(
        everywhere,
        own,
        residual,
        localShare,
        direct,
        config.routingEnabledPercent(),
        PriorityLoads.of(local, common.healthyPanicThreshold()).isInPanic(0),
        common.failTrafficOnPanic(),
        scope);
  }

  private static List<LocalityHosts> ownFirst(List<LocalityHosts> zones, Locality own) {
    List<LocalityHosts> ordered = new ArrayList<>(zones.size());
    for (LocalityHosts zone : zones) {
      if (zone.locality().equals(own)) {
        ordered.addFirst(zone);
      } else {
        ordered.add(zone);
      }
    }
    return ordered;
  }

  @Override
  public @Nullable Host pick(long hash, int attempt) {
    if (enabledPercent < 100 && below(WHOLE) >= enabledPercent * 100) {
      return everywhere.pick(hash, attempt);
    }
    if (localPanic) {
      scope.zone(ZoneDecision.LOCAL_CLUSTER_NOT_OK);
      return failOnPanic ? null : everywhere.pick(hash, attempt);
    }
    return zones[zone()].pick(hash, attempt);
  }

  private int zone() {
    if (direct) {
      scope.zone(ZoneDecision.ROUTING_ALL_DIRECTLY);
      return 0;
    }
    if (below(WHOLE) < localShare) {
      scope.zone(ZoneDecision.ROUTING_SAMPLED);
      return 0;
    }
    scope.zone(ZoneDecision.ROUTING_CROSS_ZONE);
    long capacity = residual[residual.length - 1];
    if (capacity == 0) {
      scope.zone(ZoneDecision.NO_CAPACITY_LEFT);
      return (int) below(zones.length);
    }
    long point = below(capacity);
    int at = 0;
    while (point >= residual[at]) {
      at++;
    }
    return at;
  }

  private long below(long bound) {
    return Math.unsignedMultiplyHigh(scope.random(), bound);
  }
}
