package io.outrigger.proxy.outlier;

/** What a host is ejected for: its name in statistics, and in events. */
enum Ejection {
  CONSECUTIVE_5XX("consecutive_5xx", "CONSECUTIVE_5XX"),
  CONSECUTIVE_GATEWAY_FAILURE("consecutive_gateway_failure", "CONSECUTIVE_GATEWAY_FAILURE"),
  CONSECUTIVE_LOCAL_ORIGIN_FAILURE(
      "consecutive_local_origin_failure", "CONSECUTIVE_LOCAL_ORIGIN_FAILURE"),
  SUCCESS_RATE("success_rate", "SUCCESS_RATE"),
  LOCAL_ORIGIN_SUCCESS_RATE("local_origin_success_rate", "SUCCESS_RATE_LOCAL_ORIGIN"),
  FAILURE_PERCENTAGE("failure_percentage", "FAILURE_PERCENTAGE"),
  LOCAL_ORIGIN_FAILURE_PERCENTAGE(
      "local_origin_failure_percentage", "FAILURE_PERCENTAGE_LOCAL_ORIGIN");

  private final String text;
  private final String eventType;

  Ejection(String text, String eventType) {
    this.text = text;
    this.eventType = eventType;
  }

  String text() {
    return text;
  }

  String eventType() {
    return eventType;
  }
}
