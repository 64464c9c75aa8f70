package io.outrigger.proxy.extproc;

import com.google.protobuf.ByteString;
import com.google.protobuf.Struct;
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
import io.outrigger.config.match.StringMatcher;
import io.outrigger.config.route.HeaderMutationRules;
import io.outrigger.proxy.http.Exchange;
import io.outrigger.proxy.http.HeaderChange;
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
    Metadata.Builder metadata = Metadata.newBuilder();
    for (int i = 0, size = forwarded.size(); i < size; i++) {
      String name = forwarded.get(i);
      Struct noted = exchange.noted(name);
      Struct found = noted != null ? noted : exchange.downstream().metadata().namespace(name);
      if (found != null) {
        metadata.putFilterMetadata(name, found);
      }
    }
    if (metadata.getFilterMetadataCount() > 0) {
      out.setMetadataContext(metadata);
    }
    return out;
  }

  static HttpHeaders headers(Headers head, boolean endStream, ExtProcConfig config) {
    HeaderMap.Builder map = HeaderMap.newBuilder();
    for (int slot = 0; slot < head.slots(); slot++) {
      if (isSeen(head, slot, config)) {
        map.addHeaders(
            HeaderValue.newBuilder()
                .setKey(head.nameText(slot))
                .setRawValue(
                    ByteString.copyFrom(
                        head.data(), head.valueOffset(slot), head.valueLength(slot))));
      }
    }
    return HttpHeaders.newBuilder().setHeaders(map).setEndOfStream(endStream).build();
  }

  private static boolean isSeen(Headers head, int slot, ExtProcConfig config) {
    return head.isLive(slot)
        && !matches(config.disallowedHeaders(), head, slot)
        && (config.allowedHeaders() == null || matches(config.allowedHeaders(), head, slot));
  }

  private static boolean matches(List<StringMatcher> matchers, Headers head, int slot) {
    for (int i = 0, size = matchers.size(); i < size; i++) {
      if (matchers.get(i).matches(head.data(), head.nameOffset(slot), head.nameLength(slot))) {
        return true;
      }
    }
    return false;
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
