package io.outrigger.proxy.extproc;

import io.envoyproxy.envoy.config.core.v3.HeaderMap;
import io.envoyproxy.envoy.config.core.v3.HeaderValue;
import io.envoyproxy.envoy.config.core.v3.HeaderValueOption;
import io.envoyproxy.envoy.config.core.v3.Metadata;
import io.envoyproxy.envoy.service.ext_proc.v3.HeaderMutation;
import io.envoyproxy.envoy.service.ext_proc.v3.HttpHeaders;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingRequest;
import io.envoyproxy.envoy.service.ext_proc.v3.ProtocolConfiguration;
import io.outrigger.config.filter.ExtProcConfig;
import io.outrigger.config.http.HeaderName;
import io.outrigger.config.http.Headers;
import io.outrigger.config.route.HeaderMutationRules;
import io.outrigger.proxy.http.Exchange;
import io.outrigger.proxy.http.HeaderChange;
import io.outrigger.proxy.http.ToldOfExchange;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;

/** What is said to a processor, and what it says of headers. */
final class ProcMessages {
  private ProcMessages() {}

  /** {@code first} on the stream, a message tells how it is spoken. */
  static ProcessingRequest.Builder request(
      Exchange exchange, List<String> forwarded, boolean first) {
    ProcessingRequest.Builder out = ProcessingRequest.newBuilder();
    if (first) {
      out.setProtocolConfig(ProtocolConfiguration.getDefaultInstance());
    }
    Metadata.Builder metadata = ToldOfExchange.metadata(exchange, forwarded);
    if (metadata.getFilterMetadataCount() > 0) {
      out.setMetadataContext(metadata);
    }
    return out;
  }

  static HttpHeaders headers(Headers head, boolean endStream, ExtProcConfig config) {
    HeaderMap.Builder map =
        ToldOfExchange.headers(head, config.allowedHeaders(), config.disallowedHeaders());
    return HttpHeaders.newBuilder().setHeaders(map).setEndOfStream(endStream).build();
  }

  /** Changes headers as far as the rules allow; tells how many changes they did not. */
  static int apply(HeaderMutation mutation, Headers headers, HeaderMutationRules rules) {
    int rejected = 0;
    for (String each : mutation.getRemoveHeadersList()) {
      String name = each.toLowerCase(Locale.ROOT);
      if (rules.allows(name, true)) {
        headers.remove(HeaderName.of(name));
      } else {
        rejected++;
      }
    }
    for (HeaderValueOption option : mutation.getSetHeadersList()) {
      HeaderChange change = change(option);
      if (change.isValid() && rules.allows(change.name(), false)) {
        change.apply(headers);
      } else {
        rejected++;
      }
    }
    return rejected;
  }

  @SuppressWarnings("deprecation") // append, which alone counts, as in Envoy
  private static HeaderChange change(HeaderValueOption option) {
    HeaderChange.Action action =
        option.getAppend().getValue() ? HeaderChange.Action.ADD : HeaderChange.Action.SET;
    HeaderValue header = option.getHeader();
    String value =
        header.getRawValue().isEmpty()
            ? header.getValue()
            : header.getRawValue().toString(StandardCharsets.ISO_8859_1);
    return new HeaderChange(header.getKey().toLowerCase(Locale.ROOT), value, action);
  }
}
