package io.outrigger.proxy.outlier;

import io.outrigger.api.schema.JsonWriter;

/**
 * What speaks against a host.
 *
 * @param rate its success rate in percent, where that is it
 * @param average of the cluster
 * @param threshold below which hosts are ejected
 */
record Evidence(Ejection kind, double rate, double average, double threshold) {
  static Evidence consecutive(Ejection kind) {
    return new Evidence(kind, 0, 0, 0);
  }

  void write(JsonWriter out) {
    switch (kind) {
      case CONSECUTIVE_5XX, CONSECUTIVE_GATEWAY_FAILURE, CONSECUTIVE_LOCAL_ORIGIN_FAILURE ->
          out.name("eject_consecutive_event").beginObject();
      case SUCCESS_RATE, LOCAL_ORIGIN_SUCCESS_RATE -> {
        out.name("eject_success_rate_event").beginObject();
        out.name("host_success_rate").value((long) rate);
        out.name("cluster_average_success_rate").value((long) average);
        out.name("cluster_success_rate_ejection_threshold").value((long) threshold);
      }
      case FAILURE_PERCENTAGE, LOCAL_ORIGIN_FAILURE_PERCENTAGE -> {
        out.name("eject_failure_percentage_event").beginObject();
        out.name("host_success_rate").value((long) rate);
      }
    }
    out.endObject();
  }
}
