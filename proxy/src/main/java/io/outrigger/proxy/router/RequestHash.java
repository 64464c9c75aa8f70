package io.outrigger.proxy.router;

import com.google.protobuf.Value;
import io.outrigger.config.address.IpText;
import io.outrigger.config.http.Cookies;
import io.outrigger.config.http.HeaderName;
import io.outrigger.config.http.Headers;
import io.outrigger.config.http.QueryParameters;
import io.outrigger.config.match.RegexSubstitution;
import io.outrigger.config.route.HashPolicy;
import io.outrigger.proxy.http.Exchange;
import io.outrigger.proxy.lb.XxHash64;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The hash of a request by its route's policies: each one's is rotated into those before. */
final class RequestHash {
  boolean present;
  long value;

  /** A Set-Cookie that the response must carry, where a policy made a cookie; or null. */
  @Nullable String cookie;

  /** What one policy has found. */
  private long hashed;

  private @Nullable InetAddress hashedAddress;
  private long addressHash;

  void compute(Exchange exchange, List<HashPolicy> policies) {
    present = false;
    value = 0;
    cookie = null;
    for (int i = 0; i < policies.size(); i++) {
      HashPolicy policy = policies.get(i);
      if (hash(exchange, policy)) {
        value = present ? Long.rotateLeft(value, 1) ^ hashed : hashed;
        present = true;
        if (policy.terminal()) {
          return;
        }
      }
    }
  }

  private boolean hash(Exchange exchange, HashPolicy policy) {
    Headers request = exchange.request();
    if (policy instanceof HashPolicy.Header header) {
      return header(request, header);
    }
    if (policy instanceof HashPolicy.Cookie wanted) {
      return bytes(cookie(exchange, request, wanted));
    }
    if (policy instanceof HashPolicy.SourceIp) {
      return sourceIp(exchange);
    }
    if (policy instanceof HashPolicy.QueryParameter parameter) {
      return bytes(QueryParameters.first(request.value(HeaderName.PATH), parameter.name()));
    }
    if (policy instanceof HashPolicy.FilterState state) {
      Value noted = exchange.filterState(state.key());
      if (noted == null || !noted.hasStringValue()) {
        return false;
      }
      hashed = XxHash64.hash(noted.getStringValue(), 0);
      return true;
    }
    throw new IllegalStateException("unknown HashPolicy: " + policy);
  }

  /** A header's value; of several each in their sorted order, seeded with those before. */
  private boolean header(Headers request, HashPolicy.Header policy) {
    int slot = request.find(policy.name());
    if (slot < 0) {
      return false;
    }
    RegexSubstitution rewrite = policy.regexRewrite();
    int next = request.next(policy.name(), slot);
    if (next < 0 && rewrite == null) {
      hashed =
          XxHash64.hash(request.data(), request.valueOffset(slot), request.valueLength(slot), 0);
      return true;
    }
    List<String> values = new ArrayList<>();
    for (; slot >= 0; slot = request.next(policy.name(), slot)) {
      String text = request.value(slot);
      values.add(rewrite == null ? text : rewrite.apply(text));
    }
    Collections.sort(values);
    hashed = 0;
    for (String value : values) {
      hashed = hash(value, hashed);
    }
    return true;
  }

  private boolean bytes(@Nullable String text) {
    if (text == null) {
      return false;
    }
    hashed = hash(text, 0);
    return true;
  }

  /** Of the bytes that a header has as this text. */
  private static long hash(String text, long seed) {
    byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
    return XxHash64.hash(bytes, 0, bytes.length, seed);
  }

  @SuppressWarnings("ReferenceEquality") // a connection has one address; others are hashed anew
  private boolean sourceIp(Exchange exchange) {
    if (!(exchange.downstream().addresses().remote() instanceof InetSocketAddress inet)) {
      return false;
    }
    InetAddress address = inet.getAddress();
    if (address != hashedAddress) {
      addressHash = XxHash64.hash(IpText.of(address), 0);
      hashedAddress = address;
    }
    hashed = addressHash;
    return true;
  }

  private @Nullable String cookie(Exchange exchange, Headers request, HashPolicy.Cookie wanted) {
    String known = Cookies.nonEmpty(request, wanted.name());
    if (known != null || wanted.ttlSeconds() < 0) {
      return known;
    }
    String made = Long.toHexString(exchange.worker().randomLong());
    cookie =
        Cookies.set(wanted.name(), made, wanted.ttlSeconds(), wanted.path(), wanted.attributes());
    return made;
  }
}
