package io.outrigger.control.istio;

import io.outrigger.control.resource.Fields;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads the extension providers of the mesh's settings: services for authorization. */
final class ExtensionProviderReader {
  private static final Duration TIMEOUT = Duration.ofMinutes(10); // Istio's

  private ExtensionProviderReader() {}

  static List<ExtensionProvider> read(Fields fields) {
    List<ExtensionProvider> out = new ArrayList<>();
    for (ExtensionProvider each : fields.objects("extensionProviders", f -> provider(f))) {
      if (each != null) {
        out.add(each);
      }
    }
    return List.copyOf(out);
  }

  private static @Nullable ExtensionProvider provider(Fields fields) {
    String name = fields.required("name");
    ExtensionProvider http = fields.object("envoyExtAuthzHttp", f -> service(name, false, f));
    ExtensionProvider grpc = fields.object("envoyExtAuthzGrpc", f -> service(name, true, f));
    if ((http == null) == (grpc == null)) {
      fields.error("", "must have one of envoyExtAuthzHttp, envoyExtAuthzGrpc");
    }
    return http != null ? http : grpc;
  }

  private static ExtensionProvider service(String name, boolean grpc, Fields fields) {
    String service = fields.required("service");
    Integer port = fields.port("port");
    if (port == null) {
      fields.error("port", "must be given");
    }
    Duration timeout = fields.duration("timeout");
    return new ExtensionProvider(
        name,
        grpc,
        service.substring(service.indexOf('/') + 1), // before it, a namespace
        port == null ? 0 : port,
        timeout == null ? TIMEOUT : timeout,
        status(fields),
        fields.flag("failOpen"),
        fields.flag("clearRouteCache"),
        grpc ? "" : fields.string("pathPrefix", ""),
        grpc ? List.of() : headersInCheck(fields),
        grpc ? Map.of() : fields.stringMap("includeAdditionalHeadersInCheck"),
        grpc ? List.of() : fields.strings("headersToUpstreamOnAllow"),
        grpc ? List.of() : fields.strings("headersToDownstreamOnDeny"),
        grpc ? List.of() : fields.strings("headersToDownstreamOnAllow"),
        fields.object("includeRequestBodyInCheck", ExtensionProviderReader::body));
  }

  private static List<String> headersInCheck(Fields fields) {
    List<String> all = new ArrayList<>(fields.strings("includeRequestHeadersInCheck"));
    all.addAll(fields.strings("includeHeadersInCheck")); // its older name
    return List.copyOf(all);
  }

  private static int status(Fields fields) {
    String text = fields.string("statusOnError", "");
    if (text.isEmpty()) {
      return 0;
    }
    if (!text.matches("[2-5][0-9]{2}")) {
      fields.error("statusOnError", "\"" + text + "\" isn't a status, 200 to 599");
      return 0;
    }
    return Integer.parseInt(text);
  }

  private static ExtensionProvider.RequestBody body(Fields fields) {
    Integer max = fields.integer("maxRequestBytes", 1, Integer.MAX_VALUE);
    if (max == null) {
      fields.error("maxRequestBytes", "must be given");
    }
    return new ExtensionProvider.RequestBody(
        max == null ? 1 : max, fields.flag("allowPartialMessage"), fields.flag("packAsBytes"));
  }
}
