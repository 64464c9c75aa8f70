package io.outrigger.proxy.stream;

/** Why a stream ended early, under the names that Envoy prints in response code details. */
public enum ResetReason {
  LOCAL_RESET("local_reset"),
  LOCAL_REFUSED_STREAM("local_refused_stream_reset"),
  REMOTE_RESET("remote_reset"),
  REMOTE_REFUSED_STREAM("remote_refused_stream_reset"),
  LOCAL_CONNECTION_FAILURE("local_connection_failure"),
  REMOTE_CONNECTION_FAILURE("remote_connection_failure"),
  CONNECTION_TIMEOUT("connection_timeout"),
  CONNECTION_TERMINATION("connection_termination"),
  OVERFLOW("overflow"),
  /** The cluster has as many pools of connections as it may: for a request, there is no host. */
  NO_POOL("overflow"),
  PROTOCOL_ERROR("protocol_error"),
  OVERLOAD_MANAGER("overload_manager_reset");

  private final String text;

  ResetReason(String text) {
    this.text = text;
  }

  /** As in {@code upstream_reset_before_response_started{...}}. */
  public String text() {
    return text;
  }
}
