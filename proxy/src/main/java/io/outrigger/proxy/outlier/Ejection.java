package io.outrigger.proxy.outlier;

/** What a host is ejected for, under the names of the statistics. */
enum Ejection {
  CONSECUTIVE_5XX("consecutive_5xx"),
  CONSECUTIVE_GATEWAY_FAILURE("consecutive_gateway_failure"),
  CONSECUTIVE_LOCAL_ORIGIN_FAILURE("consecutive_local_origin_failure"),
  SUCCESS_RATE("success_rate"),
  FAILURE_PERCENTAGE("failure_percentage");

  private final String text;

  Ejection(String text) {
    this.text = text;
  }

  String text() {
    return text;
  }
}
