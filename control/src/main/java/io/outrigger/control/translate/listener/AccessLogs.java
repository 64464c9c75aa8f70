package io.outrigger.control.translate.listener;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.envoyproxy.envoy.config.accesslog.v3.AccessLog;
import io.envoyproxy.envoy.config.core.v3.DataSource;
import io.envoyproxy.envoy.config.core.v3.SubstitutionFormatString;
import io.envoyproxy.envoy.extensions.access_loggers.file.v3.FileAccessLog;
import io.outrigger.control.istio.MeshConfig.AccessLogEncoding;
import io.outrigger.control.translate.Values;
import io.outrigger.control.translate.model.ListenerModel;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Makes access logs to a file, in Istio's default format unless the mesh has its own. */
final class AccessLogs {
  /** What Istio's tools and many dashboards parse. */
  private static final String ISTIO_FORMAT =
      "[%START_TIME%] \"%REQ(:METHOD)% %REQ(X-ENVOY-ORIGINAL-PATH?:PATH)% %PROTOCOL%\""
          + " %RESPONSE_CODE% %RESPONSE_FLAGS% %RESPONSE_CODE_DETAILS%"
          + " %CONNECTION_TERMINATION_DETAILS% \"%UPSTREAM_TRANSPORT_FAILURE_REASON%\""
          + " %BYTES_RECEIVED% %BYTES_SENT% %DURATION%"
          + " %RESP(X-ENVOY-UPSTREAM-SERVICE-TIME)% \"%REQ(X-FORWARDED-FOR)%\""
          + " \"%REQ(USER-AGENT)%\" \"%REQ(X-REQUEST-ID)%\" \"%REQ(:AUTHORITY)%\""
          + " \"%UPSTREAM_HOST%\" %UPSTREAM_CLUSTER_RAW% %UPSTREAM_LOCAL_ADDRESS%"
          + " %DOWNSTREAM_LOCAL_ADDRESS% %DOWNSTREAM_REMOTE_ADDRESS%"
          + " %REQUESTED_SERVER_NAME% %ROUTE_NAME%\n";

  private static final Map<String, String> ISTIO_JSON =
      new TreeMap<>(
          Map.ofEntries(
              Map.entry("start_time", "%START_TIME%"),
              Map.entry("method", "%REQ(:METHOD)%"),
              Map.entry("path", "%REQ(X-ENVOY-ORIGINAL-PATH?:PATH)%"),
              Map.entry("protocol", "%PROTOCOL%"),
              Map.entry("response_code", "%RESPONSE_CODE%"),
              Map.entry("response_flags", "%RESPONSE_FLAGS%"),
              Map.entry("response_code_details", "%RESPONSE_CODE_DETAILS%"),
              Map.entry("connection_termination_details", "%CONNECTION_TERMINATION_DETAILS%"),
              Map.entry("upstream_transport_failure_reason", "%UPSTREAM_TRANSPORT_FAILURE_REASON%"),
              Map.entry("bytes_received", "%BYTES_RECEIVED%"),
              Map.entry("bytes_sent", "%BYTES_SENT%"),
              Map.entry("duration", "%DURATION%"),
              Map.entry("upstream_service_time", "%RESP(X-ENVOY-UPSTREAM-SERVICE-TIME)%"),
              Map.entry("x_forwarded_for", "%REQ(X-FORWARDED-FOR)%"),
              Map.entry("user_agent", "%REQ(USER-AGENT)%"),
              Map.entry("request_id", "%REQ(X-REQUEST-ID)%"),
              Map.entry("authority", "%REQ(:AUTHORITY)%"),
              Map.entry("upstream_host", "%UPSTREAM_HOST%"),
              Map.entry("upstream_cluster", "%UPSTREAM_CLUSTER_RAW%"),
              Map.entry("upstream_local_address", "%UPSTREAM_LOCAL_ADDRESS%"),
              Map.entry("downstream_local_address", "%DOWNSTREAM_LOCAL_ADDRESS%"),
              Map.entry("downstream_remote_address", "%DOWNSTREAM_REMOTE_ADDRESS%"),
              Map.entry("requested_server_name", "%REQUESTED_SERVER_NAME%"),
              Map.entry("route_name", "%ROUTE_NAME%")));

  private AccessLogs() {}

  static List<AccessLog> of(ListenerModel.AccessLog settings) {
    String file = settings.file();
    if (file == null || file.isEmpty()) {
      return List.of();
    }
    FileAccessLog log =
        FileAccessLog.newBuilder().setPath(file).setLogFormat(format(settings)).build();
    return List.of(
        AccessLog.newBuilder()
            .setName("envoy.access_loggers.file")
            .setTypedConfig(Values.any("extensions.access_loggers.file.v3.FileAccessLog", log))
            .build());
  }

  private static SubstitutionFormatString format(ListenerModel.AccessLog settings) {
    SubstitutionFormatString.Builder out = SubstitutionFormatString.newBuilder();
    String own = settings.format();
    if (settings.encoding() == AccessLogEncoding.JSON && (own == null || own.isEmpty())) {
      Struct.Builder fields = Struct.newBuilder();
      ISTIO_JSON.forEach(
          (name, operator) ->
              fields.putFields(name, Value.newBuilder().setStringValue(operator).build()));
      return out.setJsonFormat(fields).build();
    }
    String text = own == null || own.isEmpty() ? ISTIO_FORMAT : own;
    return out.setTextFormatSource(
            DataSource.newBuilder().setInlineString(text.endsWith("\n") ? text : text + "\n"))
        .build();
  }
}
