package io.outrigger.proxy.listener;

import io.outrigger.proxy.stats.Counter;
import io.outrigger.proxy.stats.StatStore;

/** The {@code tls_inspector.} and {@code http_inspector.} statistics, of all listeners together. */
final class InspectorStats {
  private final Counter tlsFound;
  private final Counter tlsNotFound;
  private final Counter alpnFound;
  private final Counter alpnNotFound;
  private final Counter sniFound;
  private final Counter sniNotFound;
  private final Counter clientHelloTooLarge;
  private final Counter http10Found;
  private final Counter http11Found;
  private final Counter http2Found;
  private final Counter httpNotFound;

  InspectorStats(StatStore store) {
    tlsFound = store.counter("tls_inspector.tls_found");
    tlsNotFound = store.counter("tls_inspector.tls_not_found");
    alpnFound = store.counter("tls_inspector.alpn_found");
    alpnNotFound = store.counter("tls_inspector.alpn_not_found");
    sniFound = store.counter("tls_inspector.sni_found");
    sniNotFound = store.counter("tls_inspector.sni_not_found");
    clientHelloTooLarge = store.counter("tls_inspector.client_hello_too_large");
    http10Found = store.counter("http_inspector.http10_found");
    http11Found = store.counter("http_inspector.http11_found");
    http2Found = store.counter("http_inspector.http2_found");
    httpNotFound = store.counter("http_inspector.http_not_found");
  }

  void tls(int cell, ClientHello.Look look) {
    if (look instanceof ClientHello.NotTls) {
      tlsNotFound.inc(cell);
    } else if (look instanceof ClientHello.TooLarge) {
      clientHelloTooLarge.inc(cell);
    } else if (look instanceof ClientHello.Found found) {
      tlsFound.inc(cell);
      (found.hello().serverName() == null ? sniNotFound : sniFound).inc(cell);
      (found.hello().applicationProtocols().isEmpty() ? alpnNotFound : alpnFound).inc(cell);
    }
  }

  void http(int cell, HttpPreface preface) {
    switch (preface) {
      case NEED_MORE -> {}
      case NOT_HTTP -> httpNotFound.inc(cell);
      case HTTP_1_0 -> http10Found.inc(cell);
      case HTTP_1_1 -> http11Found.inc(cell);
      case HTTP_2 -> http2Found.inc(cell);
    }
  }
}
