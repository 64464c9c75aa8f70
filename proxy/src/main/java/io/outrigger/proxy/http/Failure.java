package io.outrigger.proxy.http;

import io.outrigger.proxy.accesslog.ResponseFlag;
import org.jspecify.annotations.Nullable;

/** How a request can fail by the proxy's own doing, with Envoy's flag, status, details and text. */
public enum Failure {
  NO_ROUTE(ResponseFlag.NR, 404, "route_not_found", ""),
  NO_ROUTE_CONFIGURATION(ResponseFlag.NR, 404, "route_configuration_not_found", ""),
  NO_CLUSTER(ResponseFlag.NC, 503, "cluster_not_found", ""),
  NO_HEALTHY_UPSTREAM(ResponseFlag.UH, 503, "no_healthy_upstream", "no healthy upstream"),
  RESPONSE_TIMEOUT(ResponseFlag.UT, 504, "response_timeout", "upstream request timeout"),
  PER_TRY_TIMEOUT(ResponseFlag.UT, 504, "upstream_per_try_timeout", "upstream request timeout"),
  PER_TRY_IDLE_TIMEOUT(
      ResponseFlag.UT, 504, "upstream_per_try_idle_timeout", "upstream request timeout"),
  UPSTREAM_MAX_STREAM_DURATION_REQUEST(
      ResponseFlag.UMSDR,
      408,
      "upstream_max_stream_duration_reached",
      "upstream max stream duration reached"),
  UPSTREAM_MAX_STREAM_DURATION_RESPONSE(
      ResponseFlag.UMSDR,
      504,
      "upstream_max_stream_duration_reached",
      "upstream max stream duration reached"),
  STREAM_IDLE_REQUEST(ResponseFlag.SI, 408, "stream_idle_timeout", "stream timeout"),
  STREAM_IDLE_RESPONSE(ResponseFlag.SI, 504, "stream_idle_timeout", "stream timeout"),
  REQUEST_TIMEOUT(null, 408, "request_overall_timeout", "request timeout"),
  REQUEST_TOO_LARGE(null, 413, "request_payload_too_large", "Payload Too Large"),
  RESPONSE_TOO_LARGE(null, 500, "response_payload_too_large", "Internal Server Error"),
  MAX_STREAM_DURATION(null, 504, "max_duration_timeout", "downstream duration timeout"),
  RETRY_BUFFER_FULL(
      null,
      507,
      "request_payload_exceeded_retry_buffer_limit",
      "exceeded request buffer limit while retrying upstream"),
  OVERLOAD(null, 503, "overload", "envoy overloaded"),
  MISSING_HOST(null, 400, "missing_host_header", ""),
  INVALID_AUTHORITY(ResponseFlag.DPE, 400, "http.invalid_authority", "Bad Request"),
  MISSING_PATH(null, 404, "missing_path_rejected", ""),
  ABSOLUTE_PATH(null, 404, "absolute_path_rejected", ""),
  PATH_NORMALIZATION(null, 400, "path_normalization_failed", ""),
  QUERY_WITHOUT_CONTENT_TYPE(null, 400, "query_missing_content_type", ""),
  UPGRADE(null, 403, "upgrade_failed", ""),
  FAULT_ABORT(ResponseFlag.FI, 503, "fault_filter_abort", "fault filter abort");

  private final @Nullable ResponseFlag flag;
  private final int status;
  private final String details;
  private final String body;

  Failure(@Nullable ResponseFlag flag, int status, String details, String body) {
    this.flag = flag;
    this.status = status;
    this.details = details;
    this.body = body;
  }

  /** Null where Envoy sets none. */
  public @Nullable ResponseFlag flag() {
    return flag;
  }

  public int status() {
    return status;
  }

  /** As %RESPONSE_CODE_DETAILS% prints it. */
  public String details() {
    return details;
  }

  /** What gRPC clients are told; below 0 it is what the status maps to. */
  public int grpcStatus() {
    return this == MAX_STREAM_DURATION ? 4 : -1;
  }

  /** The local reply's text. */
  public String body() {
    return body;
  }
}
