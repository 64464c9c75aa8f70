package io.outrigger.proxy.filter;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.outrigger.config.filter.HeaderToMetadataConfig;
import io.outrigger.config.filter.HeaderToMetadataConfig.Put;
import io.outrigger.config.filter.HeaderToMetadataConfig.Rule;
import io.outrigger.config.filter.HttpFilterConfig;
import io.outrigger.config.http.Cookies;
import io.outrigger.config.http.Headers;
import io.outrigger.proxy.http.Exchange;
import io.outrigger.proxy.http.HttpFilter;
import io.outrigger.proxy.http.Verdict;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** envoy.filters.http.header_to_metadata: notes values of headers and cookies. */
final class HeaderToMetadataFilter implements HttpFilter {
  private static final int LONGEST = 8 * 1024;

  private final HeaderToMetadataConfig config;

  private HeaderToMetadataFilter(HeaderToMetadataConfig config) {
    this.config = config;
  }

  @Override
  public Verdict onRequestHeaders(Exchange exchange, Headers headers, boolean endStream) {
    apply(exchange, headers, config.request());
    return Verdict.CONTINUE;
  }

  @Override
  public void onResponseHeaders(Exchange exchange, Headers headers, boolean endStream) {
    apply(exchange, headers, config.response());
  }

  private static void apply(Exchange exchange, Headers headers, List<Rule> rules) {
    for (int i = 0, size = rules.size(); i < size; i++) {
      Rule rule = rules.get(i);
      String value =
          rule.cookie().isEmpty() ? all(headers, rule) : Cookies.nonEmpty(headers, rule.cookie());
      if (value != null && rule.remove()) {
        headers.remove(rule.header());
      }
      Put put = value == null ? rule.missing() : rule.present();
      if (put != null) {
        note(exchange, put, value == null ? "" : value);
      }
    }
  }

  private static @Nullable String all(Headers headers, Rule rule) {
    String value = null;
    for (int slot = headers.find(rule.header());
        slot >= 0;
        slot = headers.next(rule.header(), slot)) {
      value = value == null ? headers.value(slot) : value + "," + headers.value(slot);
    }
    return value;
  }

  private static void note(Exchange exchange, Put put, String found) {
    String text =
        !put.value().isEmpty()
            ? put.value()
            : put.rewrite() != null ? put.rewrite().apply(found) : found;
    if (text.isEmpty() || text.length() >= LONGEST) {
      return;
    }
    Value value = value(put, text);
    if (value != null) {
      exchange
          .metadata()
          .put(put.namespace(), Struct.newBuilder().putFields(put.key(), value).build());
    }
  }

  /** Null where the text isn't what it should be; then nothing is noted. */
  private static @Nullable Value value(Put put, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
    try {
      if (put.base64()) {
        bytes = Base64.getDecoder().decode(bytes);
      }
      Value.Builder out = Value.newBuilder();
      return switch (put.type()) {
        case STRING -> out.setStringValue(new String(bytes, StandardCharsets.UTF_8)).build();
        case NUMBER ->
            out.setNumberValue(Double.parseDouble(new String(bytes, StandardCharsets.US_ASCII)))
                .build();
        case PROTOBUF_VALUE -> Value.parseFrom(bytes);
      };
    } catch (IllegalArgumentException | InvalidProtocolBufferException notSuch) {
      return null;
    }
  }

  /** One a worker and chain. */
  static final class Factory implements HttpFilter.Factory {
    private final HttpFilterConfig filter;
    private final HeaderToMetadataFilter ofChain;

    Factory(HttpFilterConfig filter, HeaderToMetadataConfig config) {
      this.filter = filter;
      this.ofChain = new HeaderToMetadataFilter(config);
    }

    @Override
    public @Nullable HttpFilter create(Exchange exchange) {
      var config = HttpFilters.effective(filter, exchange, ofChain.config);
      if (config == null || config == ofChain.config) {
        return config == null ? null : ofChain;
      }
      return config instanceof HeaderToMetadataConfig own ? new HeaderToMetadataFilter(own) : null;
    }
  }
}
