package io.outrigger.proxy.cluster;

import io.outrigger.proxy.dns.DnsResolver;
import io.outrigger.proxy.stats.StatStore;
import io.outrigger.proxy.worker.Worker;
import java.util.List;
import java.util.function.BiConsumer;

/**
 * What every cluster needs of the process.
 *
 * @param main the configuration loop
 * @param cells {@code Workers.cells()}
 * @param drain told of hosts that are in a cluster no more: each worker closes its pools to them
 */
record ClusterEnvironment(
    Worker main,
    int cells,
    StatStore store,
    DnsResolver resolver,
    BiConsumer<Cluster, List<Host>> drain) {}
