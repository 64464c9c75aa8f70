package io.outrigger.proxy;

import io.outrigger.config.bootstrap.BootstrapConfig;
import io.outrigger.proxy.admin.AdminPages;
import io.outrigger.proxy.admin.CertificatesPage;
import io.outrigger.proxy.admin.ClustersPage;
import io.outrigger.proxy.admin.ConfigDumpPage;
import io.outrigger.proxy.admin.InitDumpPage;
import io.outrigger.proxy.admin.ListenersPage;
import io.outrigger.proxy.admin.LoggingPage;
import io.outrigger.proxy.admin.ProfilerPages;
import io.outrigger.proxy.admin.RuntimePages;
import io.outrigger.proxy.admin.ServerPages;
import io.outrigger.proxy.admin.StatsPages;
import io.outrigger.proxy.admin.UserFilterPages;
import io.outrigger.proxy.cluster.ClusterRegistry;
import io.outrigger.proxy.listener.Listeners;
import io.outrigger.proxy.runtime.RuntimeLayers;
import io.outrigger.proxy.snapshot.Configuration;
import io.outrigger.proxy.stats.StatStore;
import io.outrigger.proxy.stats.sink.StatsFlush;
import io.outrigger.proxy.userfilter.UserFilters;

/** The pages of the admin server, each with what it shows. */
record ProxyPages(
    BootstrapConfig bootstrap,
    StatStore stats,
    StatsFlush statsFlush,
    Configuration configuration,
    ClusterRegistry clusters,
    ServerStatus status) {

  AdminPages with(
      Listeners listeners, UserFilters users, RuntimeLayers runtime, AdminControl control) {
    AdminPages pages = new AdminPages();
    new StatsPages(stats, bootstrap.stats(), this::refreshStats).register(pages);
    new ServerPages(control, bootstrap.node().proto().toByteArray()).register(pages);
    new ConfigDumpPage(bootstrap.proto(), configuration, status.startedMillis()).register(pages);
    new ClustersPage(clusters, configuration).register(pages);
    new ListenersPage(listeners).register(pages);
    new CertificatesPage(configuration::current).register(pages);
    LoggingPage.register(pages);
    new ProfilerPages().register(pages);
    UserFilterPages.register(pages, users);
    new InitDumpPage(configuration).register(pages);
    new RuntimePages(runtime::names, runtime::entries, runtime::modify).register(pages);
    return pages;
  }

  private void refreshStats() {
    status.refresh();
    statsFlush.onAdmin();
  }
}
