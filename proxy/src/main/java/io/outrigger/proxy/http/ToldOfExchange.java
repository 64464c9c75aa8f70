package io.outrigger.proxy.http;

import com.google.protobuf.ByteString;
import com.google.protobuf.Struct;
import io.envoyproxy.envoy.config.core.v3.HeaderMap;
import io.envoyproxy.envoy.config.core.v3.HeaderValue;
import io.envoyproxy.envoy.config.core.v3.Metadata;
import io.outrigger.config.http.Headers;
import io.outrigger.config.match.StringMatcher;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What external services are told of an exchange: ext_authz and ext_proc ask alike. */
public final class ToldOfExchange {
  private ToldOfExchange() {}

  /**
   * Whether the service sees a header.
   *
   * @param allowed null: all but those that are disallowed
   */
  public static boolean isSeen(
      Headers head,
      int slot,
      @Nullable List<StringMatcher> allowed,
      List<StringMatcher> disallowed) {
    return head.isLive(slot)
        && !matches(disallowed, head, slot)
        && (allowed == null || matches(allowed, head, slot));
  }

  private static boolean matches(List<StringMatcher> matchers, Headers head, int slot) {
    for (int i = 0, size = matchers.size(); i < size; i++) {
      if (matchers.get(i).matches(head.data(), head.nameOffset(slot), head.nameLength(slot))) {
        return true;
      }
    }
    return false;
  }

  /** The headers that it sees, each by itself, their values as they came; as {@link #isSeen}. */
  public static HeaderMap.Builder headers(
      Headers head, @Nullable List<StringMatcher> allowed, List<StringMatcher> disallowed) {
    HeaderMap.Builder out = HeaderMap.newBuilder();
    for (int slot = 0; slot < head.slots(); slot++) {
      if (isSeen(head, slot, allowed, disallowed)) {
        out.addHeaders(
            HeaderValue.newBuilder()
                .setKey(head.nameText(slot))
                .setRawValue(
                    ByteString.copyFrom(
                        head.data(), head.valueOffset(slot), head.valueLength(slot))));
      }
    }
    return out;
  }

  /** What filters noted under these names: of the request, else of its connection. */
  public static Metadata.Builder metadata(Exchange exchange, List<String> namespaces) {
    Metadata.Builder out = Metadata.newBuilder();
    for (int i = 0, size = namespaces.size(); i < size; i++) {
      String name = namespaces.get(i);
      Struct noted = exchange.noted(name);
      Struct found = noted != null ? noted : exchange.downstream().metadata().namespace(name);
      if (found != null) {
        out.putFilterMetadata(name, found);
      }
    }
    return out;
  }
}
