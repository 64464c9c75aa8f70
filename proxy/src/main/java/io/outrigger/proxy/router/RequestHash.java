package io.outrigger.proxy.router;

import com.google.protobuf.Value;
import io.outrigger.config.address.IpText;
import io.outrigger.config.http.Cookies;
import io.outrigger.config.http.HeaderName;
import io.outrigger.config.http.Headers;
import io.outrigger.config.route.HashPolicy;
import io.outrigger.proxy.http.Exchange;
import io.outrigger.proxy.lb.XxHash64;
import java.net.InetSocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The hash of a request by its route's policies: each one's is rotated into those before. */
final class RequestHash {
  boolean present;
  long value;

  /** A Set-Cookie that the response must carry, where a policy made a cookie; or null. */
  @Nullable String cookie;

  void compute(Exchange exchange, List<HashPolicy> policies) {
    present = false;
    value = 0;
    cookie = null;
    for (int i = 0; i < policies.size(); i++) {
      HashPolicy policy = policies.get(i);
      String text = text(exchange, policy);
      if (text != null) {
        long hash = XxHash64.hash(text, 0);
        value = present ? Long.rotateLeft(value, 1) ^ hash : hash;
        present = true;
        if (policy.terminal()) {
          return;
        }
      }
    }
  }

  private @Nullable String text(Exchange exchange, HashPolicy policy) {
    Headers request = exchange.request();
    if (policy instanceof HashPolicy.Header header) {
      String text = request.value(header.name());
      return text != null && header.regexRewrite() != null
          ? header.regexRewrite().apply(text)
          : text;
    }
    if (policy instanceof HashPolicy.Cookie wanted) {
      return cookie(exchange, request, wanted);
    }
    if (policy instanceof HashPolicy.SourceIp) {
      return exchange.downstream().addresses().remote() instanceof InetSocketAddress inet
          ? IpText.of(inet.getAddress())
          : null;
    }
    if (policy instanceof HashPolicy.QueryParameter parameter) {
      return query(request, parameter.name());
    }
    if (policy instanceof HashPolicy.FilterState state) {
      Value noted = exchange.filterState(state.key());
      return noted != null && noted.hasStringValue() ? noted.getStringValue() : null;
    }
    throw new IllegalStateException("unknown HashPolicy: " + policy);
  }

  private @Nullable String cookie(Exchange exchange, Headers request, HashPolicy.Cookie wanted) {
    String known = Cookies.value(request, wanted.name());
    if (known != null || wanted.ttlSeconds() < 0) {
      return known;
    }
    String made = Long.toHexString(exchange.worker().randomLong());
    cookie = Cookies.set(wanted.name(), made, wanted.ttlSeconds(), wanted.path());
    return made;
  }

  private static @Nullable String query(Headers request, String name) {
    String path = request.value(HeaderName.PATH);
    int question = path == null ? -1 : path.indexOf('?');
    if (path == null || question < 0) {
      return null;
    }
    for (String pair : path.substring(question + 1).split("&", -1)) {
      int equals = pair.indexOf('=');
      if ((equals < 0 ? pair : pair.substring(0, equals)).equals(name)) {
        return equals < 0 ? "" : pair.substring(equals + 1);
      }
    }
    return null;
  }
}
