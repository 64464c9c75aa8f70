package io.outrigger.proxy.stats;

import static org.assertj.core.api.Assertions.assertThat;

import io.outrigger.config.bootstrap.StatsOptions.Selection;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The names and labels are those that a real Envoy 1.40 printed for the same statistics. */
class TagExtractionTest {
  private final TagExtraction tags =
      new TagExtraction(
          List.of("cluster.outbound|80||a.ns.svc.cluster.local.membership_total", "http.x.y"));

  @ParameterizedTest
  @CsvSource({
    "cluster.up.upstream_rq_total, cluster.upstream_rq_total, cluster_name=up",
    "cluster.up.upstream_rq_503, cluster.upstream_rq, response_code=503 cluster_name=up",
    "cluster.up.external.upstream_rq_5xx, cluster.external.upstream_rq_xx,"
        + " response_code_class=5 cluster_name=up",
    "cluster.outbound|80||a.ns.svc.cluster.local.upstream_cx_total, cluster.upstream_cx_total,"
        + " cluster_name=outbound|80||a.ns.svc.cluster.local",
    "http.ingress.downstream_rq_2xx, http.downstream_rq_xx,"
        + " response_code_class=2 http_conn_manager_prefix=ingress",
    "http.ingress.rds.rc.update_success, http.rds.update_success,"
        + " http_conn_manager_prefix=ingress rds_route_config=rc",
    "listener.127.0.0.1_18080.downstream_cx_total, listener.downstream_cx_total,"
        + " listener_address=127.0.0.1_18080",
    "listener.[__1]_80.downstream_cx_total, listener.downstream_cx_total,"
        + " listener_address=[__1]_80",
    "listener.127.0.0.1_18080.worker_0.downstream_cx_total, listener.worker.downstream_cx_total,"
        + " worker_id=0 listener_address=127.0.0.1_18080",
    "listener.127.0.0.1_18080.http.ingress.downstream_rq_1xx, listener.http.downstream_rq_xx,"
        + " response_code_class=1 http_conn_manager_prefix=ingress"
        + " listener_address=127.0.0.1_18080",
    "listener.admin.downstream_cx_total, listener.admin.downstream_cx_total, ''",
    "server.worker_0.watchdog_miss, server.worker.watchdog_miss, worker_id=0",
    "tcp.tcpx.downstream_cx_total, tcp.downstream_cx_total, tcp_prefix=tcpx",
    "vhost.v.vcluster.c.upstream_rq_total, vhost.vcluster.upstream_rq_total,"
        + " virtual_cluster=c virtual_host=v",
    "http.in.rbac.allowed, http.rbac.allowed, http_conn_manager_prefix=in",
    "http.in.rbac.er.policy.b second.denied, http.rbac.policy.denied,"
        + " http_conn_manager_prefix=in rbac_policy_name=b second rbac_http_prefix=er",
    "t.rbac.sh.shadow_allowed, rbac.sh.shadow_allowed, rbac_prefix=t",
    "cluster_manager.active_clusters, cluster_manager.active_clusters, ''",
  })
  void takesTagsOutOfNames(String name, String base, String expected) {
    TaggedName tagged = tags.extract(name);
    assertThat(tagged.base()).isEqualTo(base);
    String found =
        String.join(
            " ",
            tagged.tags().stream()
                .map(tag -> tag.name().substring("envoy.".length()) + "=" + tag.value())
                .toList());
    assertThat(found).isEqualTo(expected);
  }

  @Test
  void printsPrometheusGroupsWithOneTypeLineEach() {
    StatStore store = new StatStore(1);
    store.counter("cluster.b.upstream_rq_200").inc(1);
    store.counter("cluster.a.upstream_rq_503").add(0, 2);
    store.gauge("server.live").set(0, 1);
    store.histogram("cluster.a.upstream_rq_time").record(1, 7);
    String page = PrometheusPage.text(store, StatsFilter.ALL, List.of(), List.of());
    assertThat(page)
        .startsWith(
            """
            # TYPE envoy_cluster_upstream_rq counter
            envoy_cluster_upstream_rq{envoy_response_code="503",envoy_cluster_name="a"} 2
            envoy_cluster_upstream_rq{envoy_response_code="200",envoy_cluster_name="b"} 1
            # TYPE envoy_server_live gauge
            envoy_server_live{} 1
            # TYPE envoy_cluster_upstream_rq_time histogram
            envoy_cluster_upstream_rq_time_bucket{envoy_cluster_name="a",le="0.5"} 0
            """)
        .contains("envoy_cluster_upstream_rq_time_bucket{envoy_cluster_name=\"a\",le=\"10\"} 1\n")
        .endsWith(
            """
            envoy_cluster_upstream_rq_time_bucket{envoy_cluster_name="a",le="+Inf"} 1
            envoy_cluster_upstream_rq_time_sum{envoy_cluster_name="a"} 7
            envoy_cluster_upstream_rq_time_count{envoy_cluster_name="a"} 1
            """);
  }

  @Test
  void printsTextAndJsonSorted() {
    StatStore store = new StatStore(1);
    store.counter("b").inc(1);
    store.gauge("a").set(0, 3);
    store.textReadout("t").set("v\"1");
    store.histogram("h");
    store.counter("never");
    assertThat(StatsPage.text(store, StatsFilter.ALL))
        .isEqualTo("t: \"v\"1\"\na: 3\nb: 1\nnever: 0\nh: No recorded values\n");
    assertThat(StatsPage.text(store, new StatsFilter(true, null, false, Selection.ALL)))
        .isEqualTo("t: \"v\"1\"\na: 3\nb: 1\n");
    assertThat(StatsPage.json(store, StatsFilter.ALL))
        .startsWith(
            "{\"stats\":[{\"name\":\"t\",\"value\":\"v\\\"1\"},{\"name\":\"a\",\"value\":3},")
        .endsWith("{\"cumulative\":null,\"interval\":null}]}]}}]}");
  }

  @Test
  void aResetCounterCountsFromZeroAndStaysUsed() {
    StatStore store = new StatStore(1);
    Counter counter = store.counter("c");
    counter.add(1, 5);
    store.resetCounters();
    assertThat(counter.value()).isZero();
    counter.inc(1);
    assertThat(counter.value()).isEqualTo(1);
    assertThat(counter.used()).isTrue();
  }
}
