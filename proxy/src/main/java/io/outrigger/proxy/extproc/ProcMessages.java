package io.outrigger.proxy.extproc;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.envoyproxy.envoy.config.core.v3.HeaderMap;
import io.envoyproxy.envoy.config.core.v3.HeaderValue;
import io.envoyproxy.envoy.config.core.v3.HeaderValueOption;
import io.envoyproxy.envoy.config.core.v3.Metadata;
import io.envoyproxy.envoy.extensions.filters.http.ext_proc.v3.ProcessingMode.BodySendMode;
import io.envoyproxy.envoy.service.ext_proc.v3.HeaderMutation;
import io.envoyproxy.envoy.service.ext_proc.v3.HttpHeaders;
import io.envoyproxy.envoy.service.ext_proc.v3.HttpTrailers;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingRequest;
import io.envoyproxy.envoy.service.ext_proc.v3.ProtocolConfiguration;
import io.outrigger.config.cel.Attribute;
import io.outrigger.config.cel.CelText;
import io.outrigger.config.filter.ExtProcConfig;
import io.outrigger.config.filter.ExtProcMode;
import io.outrigger.config.http.HeaderName;
import io.outrigger.config.http.HeaderText;
import io.outrigger.config.http.Headers;
import io.outrigger.config.route.HeaderMutationRules;
import io.outrigger.proxy.attributes.EntryAttributes;
import io.outrigger.proxy.http.Exchange;
import io.outrigger.proxy.http.HeaderChange;
import io.outrigger.proxy.http.ToldOfExchange;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;

/** What is said to a processor, and what it says of headers. */
final class ProcMessages {
  private ProcMessages() {}

  static ProcessingRequest.Builder request(Exchange exchange, List<String> forwarded) {
    ProcessingRequest.Builder out = ProcessingRequest.newBuilder();
    Metadata.Builder metadata = ToldOfExchange.metadata(exchange, forwarded);
    if (metadata.getFilterMetadataCount() > 0) {
      out.setMetadataContext(metadata);
    }
    return out;
  }

  /** What is known of them, by their names. */
  static Struct attributes(EntryAttributes source, List<Attribute> attributes) {
    Struct.Builder out = Struct.newBuilder();
    for (Attribute attribute : attributes) {
      Object value = source.value(attribute);
      if (value != null) {
        out.putFields(attribute.path(), attribute(value));
      }
    }
    return out.build();
  }

  private static Value attribute(Object value) {
    Value.Builder out = Value.newBuilder();
    if (value instanceof Boolean truth) {
      return out.setBoolValue(truth).build();
    }
    return value instanceof Double number
        ? out.setNumberValue(number).build()
        : out.setStringValue(CelText.of(value)).build();
  }

  /** What the first message tells of how they speak. */
  static ProtocolConfiguration protocol(
      ExtProcMode.Way request, ExtProcMode.Way response, boolean bodyBeforeAnswer) {
    return ProtocolConfiguration.newBuilder()
        .setRequestBodyMode(mode(request))
        .setResponseBodyMode(mode(response))
        .setSendBodyWithoutWaitingForHeaderResponse(bodyBeforeAnswer)
        .build();
  }

  private static BodySendMode mode(ExtProcMode.Way way) {
    return switch (way.body()) {
      case NONE -> BodySendMode.NONE;
      case STREAMED -> BodySendMode.STREAMED;
      case BUFFERED -> BodySendMode.BUFFERED;
      case BUFFERED_PARTIAL -> BodySendMode.BUFFERED_PARTIAL;
      case FULL_DUPLEX_STREAMED -> BodySendMode.FULL_DUPLEX_STREAMED;
    };
  }

  static HttpHeaders headers(Headers head, boolean endStream, ExtProcConfig config) {
    HeaderMap.Builder map =
        ToldOfExchange.headers(head, config.allowedHeaders(), config.disallowedHeaders());
    return HttpHeaders.newBuilder().setHeaders(map).setEndOfStream(endStream).build();
  }

  static HttpTrailers trailers(Headers trailers, ExtProcConfig config) {
    HeaderMap.Builder map =
        ToldOfExchange.headers(trailers, config.allowedHeaders(), config.disallowedHeaders());
    return HttpTrailers.newBuilder().setTrailers(map).build();
  }

  /**
   * Changes headers as far as the rules allow; tells how many changes they did not.
   *
   * @param replaces whether the whole message is replaced: its method may be, too
   * @param dropsLength whether a content-length is not taken
   */
  static int apply(
      HeaderMutation mutation,
      Headers headers,
      HeaderMutationRules rules,
      boolean replaces,
      boolean dropsLength) {
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
      if (dropsLength && change.name().equals("content-length")) {
        continue;
      }
      if (change.isValid()
          && (rules.allows(change.name(), false)
              || (replaces && change.name().equals(":method")))) {
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
            ? HeaderText.of(header.getValue())
            : header.getRawValue().toString(StandardCharsets.ISO_8859_1);
    return new HeaderChange(header.getKey().toLowerCase(Locale.ROOT), value, action);
  }
}
