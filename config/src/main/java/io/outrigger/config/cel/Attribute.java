package io.outrigger.config.cel;

import org.jspecify.annotations.Nullable;

/** What can be asked of a request or connection, under Envoy's names. */
public enum Attribute {
  REQUEST_PATH("request.path"),
  REQUEST_URL_PATH("request.url_path"),
  REQUEST_HOST("request.host"),
  REQUEST_SCHEME("request.scheme"),
  REQUEST_METHOD("request.method"),
  REQUEST_HEADERS("request.headers"),
  REQUEST_REFERER("request.referer"),
  REQUEST_USERAGENT("request.useragent"),
  REQUEST_TIME("request.time"),
  REQUEST_ID("request.id"),
  REQUEST_PROTOCOL("request.protocol"),
  REQUEST_QUERY("request.query"),
  REQUEST_DURATION("request.duration"),
  REQUEST_SIZE("request.size"),
  REQUEST_TOTAL_SIZE("request.total_size"),
  RESPONSE_CODE("response.code"),
  RESPONSE_CODE_DETAILS("response.code_details"),
  RESPONSE_FLAGS("response.flags"),
  RESPONSE_GRPC_STATUS("response.grpc_status"),
  RESPONSE_HEADERS("response.headers"),
  RESPONSE_TRAILERS("response.trailers"),
  RESPONSE_SIZE("response.size"),
  RESPONSE_TOTAL_SIZE("response.total_size"),
  RESPONSE_BACKEND_LATENCY("response.backend_latency"),
  CONNECTION_ID("connection.id"),
  CONNECTION_MTLS("connection.mtls"),
  CONNECTION_REQUESTED_SERVER_NAME("connection.requested_server_name"),
  CONNECTION_TERMINATION_DETAILS("connection.termination_details"),
  CONNECTION_TRANSPORT_FAILURE_REASON("connection.transport_failure_reason"),
  CONNECTION_TLS_VERSION("connection.tls_version"),
  CONNECTION_SUBJECT_LOCAL_CERTIFICATE("connection.subject_local_certificate"),
  CONNECTION_SUBJECT_PEER_CERTIFICATE("connection.subject_peer_certificate"),
  CONNECTION_URI_SAN_LOCAL_CERTIFICATE("connection.uri_san_local_certificate"),
  CONNECTION_URI_SAN_PEER_CERTIFICATE("connection.uri_san_peer_certificate"),
  CONNECTION_DNS_SAN_LOCAL_CERTIFICATE("connection.dns_san_local_certificate"),
  CONNECTION_DNS_SAN_PEER_CERTIFICATE("connection.dns_san_peer_certificate"),
  CONNECTION_SHA256_PEER_CERTIFICATE_DIGEST("connection.sha256_peer_certificate_digest"),
  UPSTREAM_ADDRESS("upstream.address"),
  UPSTREAM_PORT("upstream.port"),
  UPSTREAM_LOCAL_ADDRESS("upstream.local_address"),
  UPSTREAM_TRANSPORT_FAILURE_REASON("upstream.transport_failure_reason"),
  UPSTREAM_REQUEST_ATTEMPT_COUNT("upstream.request_attempt_count"),
  UPSTREAM_CX_POOL_READY_DURATION("upstream.cx_pool_ready_duration"),
  UPSTREAM_TLS_VERSION("upstream.tls_version"),
  UPSTREAM_SUBJECT_LOCAL_CERTIFICATE("upstream.subject_local_certificate"),
  UPSTREAM_SUBJECT_PEER_CERTIFICATE("upstream.subject_peer_certificate"),
  UPSTREAM_URI_SAN_LOCAL_CERTIFICATE("upstream.uri_san_local_certificate"),
  UPSTREAM_URI_SAN_PEER_CERTIFICATE("upstream.uri_san_peer_certificate"),
  UPSTREAM_DNS_SAN_LOCAL_CERTIFICATE("upstream.dns_san_local_certificate"),
  UPSTREAM_DNS_SAN_PEER_CERTIFICATE("upstream.dns_san_peer_certificate"),
  UPSTREAM_SHA256_PEER_CERTIFICATE_DIGEST("upstream.sha256_peer_certificate_digest"),
  SOURCE_ADDRESS("source.address"),
  SOURCE_PORT("source.port"),
  DESTINATION_ADDRESS("destination.address"),
  DESTINATION_PORT("destination.port"),
  METADATA("metadata"),
  FILTER_STATE("filter_state"),
  XDS_NODE("xds.node"),
  XDS_CLUSTER_NAME("xds.cluster_name"),
  XDS_CLUSTER_METADATA("xds.cluster_metadata"),
  XDS_LISTENER_DIRECTION("xds.listener_direction"),
  XDS_ROUTE_NAME("xds.route_name"),
  XDS_ROUTE_METADATA("xds.route_metadata"),
  XDS_VIRTUAL_HOST_NAME("xds.virtual_host_name"),
  XDS_VIRTUAL_HOST_METADATA("xds.virtual_host_metadata"),
  XDS_UPSTREAM_HOST_METADATA("xds.upstream_host_metadata"),
  XDS_FILTER_CHAIN_NAME("xds.filter_chain_name");

  private final String path;

  Attribute(String path) {
    this.path = path;
  }

  /** {@code request.path}. */
  public String path() {
    return path;
  }

  /** The attribute of this path, or null. */
  public static @Nullable Attribute of(String path) {
    for (Attribute attribute : values()) {
      if (attribute.path.equals(path)) {
        return attribute;
      }
    }
    return null;
  }

  /** Whether this is the first word of attributes' paths. */
  static boolean isRoot(String word) {
    for (Attribute attribute : values()) {
      if (attribute.path.startsWith(word)
          && (attribute.path.length() == word.length()
              || attribute.path.charAt(word.length()) == '.')) {
        return true;
      }
    }
    return false;
  }

  /** The attributes that begin with this word, for problems. */
  static String under(String root) {
    StringBuilder out = new StringBuilder();
    for (Attribute attribute : values()) {
      if (attribute.path.startsWith(root + ".")) {
        out.append(out.isEmpty() ? "" : ", ")
            .append(attribute.path, root.length() + 1, attribute.path.length());
      }
    }
    return out.toString();
  }

  @Override
  public String toString() {
    return path;
  }
}
