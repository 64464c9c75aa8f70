package io.outrigger.proxy.cluster;

import io.outrigger.config.cluster.Locality;
import io.outrigger.config.cluster.UpstreamBind;
import io.outrigger.proxy.dns.DnsCaches;
import io.outrigger.proxy.dns.DnsResolvers;
import io.outrigger.proxy.log.EventLogs;
import io.outrigger.proxy.stats.StatStore;
import io.outrigger.proxy.worker.Transport;
import io.outrigger.proxy.worker.Worker;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What every cluster needs of the process.
 *
 * @param main the configuration loop
 * @param cells {@code Workers.cells()}
 * @param caches of names, which the forward proxies share with their filters
 * @param locality where this proxy is
 * @param bind the source address of clusters that have none of their own; null: the kernel picks
 * @param localHosts the hosts of the cluster that this proxy is of; null: none is named
 * @param failed told of hosts that are found ill: each worker closes its connections to them
 * @param outlierLog takes the events of outlier detection; null: nobody does
 * @param drain told of hosts that are in a cluster no more: each worker closes its pools to them
 * @param renew told of hosts whose connections are to be made anew, as they become idle
 */
record ClusterEnvironment(
    Worker main,
    Transport transport,
    int cells,
    StatStore store,
    DnsResolvers resolvers,
    DnsCaches caches,
    Locality locality,
    @Nullable UpstreamBind bind,
    @Nullable Supplier<HostSet> localHosts,
    BiConsumer<Cluster, List<Host>> drain,
    BiConsumer<Cluster, List<Host>> renew,
    BiConsumer<Cluster, Host> failed,
    EventLogs events,
    @Nullable Consumer<String> outlierLog) {}
