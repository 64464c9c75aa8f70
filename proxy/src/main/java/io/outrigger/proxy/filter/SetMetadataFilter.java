package io.outrigger.proxy.filter;

import com.google.protobuf.ListValue;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.outrigger.config.filter.HttpFilterConfig;
import io.outrigger.config.filter.SetMetadataConfig;
import io.outrigger.config.http.Headers;
import io.outrigger.proxy.http.Exchange;
import io.outrigger.proxy.http.HttpFilter;
import io.outrigger.proxy.http.Verdict;
import io.outrigger.proxy.listener.DynamicMetadata;
import io.outrigger.proxy.stats.Counter;
import io.outrigger.proxy.stats.StatStore;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** envoy.filters.http.set_metadata: notes what the configuration says of each request. */
final class SetMetadataFilter implements HttpFilter {
  private final SetMetadataConfig config;
  private final Counter denied;

  private SetMetadataFilter(SetMetadataConfig config, Counter denied) {
    this.config = config;
    this.denied = denied;
  }

  @Override
  public Verdict onRequestHeaders(Exchange exchange, Headers headers, boolean endStream) {
    DynamicMetadata metadata = exchange.metadata();
    for (int i = 0, size = config.entries().size(); i < size; i++) {
      SetMetadataConfig.Entry entry = config.entries().get(i);
      Struct before = metadata.namespace(entry.namespace());
      if (before == null) {
        metadata.put(entry.namespace(), entry.value());
      } else if (entry.overwrite()) {
        metadata.replace(entry.namespace(), merge(before, entry.value()));
      } else {
        denied.inc(exchange.worker().index());
      }
    }
    return Verdict.CONTINUE;
  }

  /** Objects are merged, lists go on, all else is replaced. */
  private static Struct merge(Struct before, Struct with) {
    Struct.Builder out = before.toBuilder();
    for (Map.Entry<String, Value> field : with.getFieldsMap().entrySet()) {
      Value old = before.getFieldsMap().get(field.getKey());
      out.putFields(field.getKey(), old == null ? field.getValue() : merge(old, field.getValue()));
    }
    return out.build();
  }

  private static Value merge(Value before, Value with) {
    if (before.hasStructValue() && with.hasStructValue()) {
      return Value.newBuilder()
          .setStructValue(merge(before.getStructValue(), with.getStructValue()))
          .build();
    }
    if (before.hasListValue() && with.hasListValue()) {
      ListValue.Builder both = before.getListValue().toBuilder();
      return Value.newBuilder()
          .setListValue(both.addAllValues(with.getListValue().getValuesList()))
          .build();
    }
    return with;
  }

  /** One a worker and chain. */
  static final class Factory implements HttpFilter.Factory {
    private final HttpFilterConfig filter;
    private final SetMetadataFilter shared;

    Factory(HttpFilterConfig filter, SetMetadataConfig config, StatStore store, String prefix) {
      this.filter = filter;
      this.shared =
          new SetMetadataFilter(config, store.counter(prefix + "set_metadata.overwrite_denied"));
    }

    @Override
    public @Nullable HttpFilter create(Exchange exchange) {
      return HttpFilters.effective(filter, exchange, filter.config()) == null ? null : shared;
    }
  }
}
