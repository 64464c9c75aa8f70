package io.outrigger.proxy.accesslog;

import io.envoyproxy.envoy.config.core.v3.Node;
import io.opentelemetry.proto.resource.v1.Resource;
import io.outrigger.config.accesslog.AccessLogConfig.OtlpSink;
import io.outrigger.proxy.collector.OtlpAttribute;
import io.outrigger.proxy.stats.Counter;
import io.outrigger.proxy.stats.StatStore;

/** What the batches of one OpenTelemetry log share. Immutable; any worker. */
final class OtlpLog {
  final Resource resource;
  final OtlpRecords records;

  /** Counted when the service has answered. */
  final Counter written;

  final Counter dropped;

  OtlpLog(OtlpSink sink, Node node, StatStore stats) {
    Resource.Builder builder = Resource.newBuilder();
    if (sink.builtinLabels()) {
      builder.addAttributes(OtlpAttribute.text("log_name", sink.batches().logName()));
      builder.addAttributes(OtlpAttribute.text("zone_name", node.getLocality().getZone()));
      builder.addAttributes(OtlpAttribute.text("cluster_name", node.getCluster()));
      builder.addAttributes(OtlpAttribute.text("node_name", node.getId()));
    }
    this.resource = builder.addAllAttributes(sink.resource().getValuesList()).build();
    this.records = new OtlpRecords(sink);
    String prefix = "access_logs.open_telemetry_access_log." + sink.statPrefix();
    this.written = stats.counter(prefix + "logs_written");
    this.dropped = stats.counter(prefix + "logs_dropped");
  }
}
