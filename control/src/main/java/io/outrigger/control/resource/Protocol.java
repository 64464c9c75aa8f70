package io.outrigger.control.resource;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What is spoken on a port, by Istio's rules for port names and appProtocol. */
public enum Protocol {
  HTTP("http"),
  HTTP2("http2"),
  GRPC("grpc"),
  GRPC_WEB("grpc-web"),
  HTTPS("https"),
  TLS("tls"),
  TCP("tcp"),
  MONGO("mongo"),
  MYSQL("mysql"),
  REDIS("redis"),
  UDP("udp"),
  /** Not declared: the proxy looks at the first bytes. */
  UNKNOWN("");

  private final String word;

  Protocol(String word) {
    this.word = word;
  }

  /** Of a Kubernetes port: appProtocol wins over the name's prefix; nothing known is sniffed. */
  public static Protocol ofPort(
      @Nullable String name, @Nullable String appProtocol, String transport, int number) {
    if (transport.equals("UDP")) {
      return UDP;
    }
    if (appProtocol != null) {
      return switch (appProtocol) {
        case "kubernetes.io/h2c" -> HTTP2;
        case "kubernetes.io/ws" -> HTTP;
        case "kubernetes.io/wss" -> HTTPS;
        default -> ofWord(appProtocol);
      };
    }
    if (name == null || name.isEmpty()) {
      // server-first protocols on their well-known ports: looking at first bytes would wait for
      // ever
      return serverFirst(number) ? TCP : UNKNOWN;
    }
    if (name.startsWith("grpc-web")) {
      return GRPC_WEB;
    }
    int dash = name.indexOf('-');
    Protocol named = ofWord(dash < 0 ? name : name.substring(0, dash));
    return named == UNKNOWN && serverFirst(number) ? TCP : named;
  }

  /** Of a word as a ServiceEntry's {@code protocol}, any case; UNKNOWN when there is none such. */
  public static Protocol ofWord(String word) {
    String lower = word.toLowerCase(Locale.ROOT);
    for (Protocol protocol : values()) {
      if (protocol.word.equals(lower)) {
        return protocol;
      }
    }
    return lower.equals("h2c") ? HTTP2 : UNKNOWN;
  }

  // FTP, SMTP, DNS, MySQL, MongoDB
  private static boolean serverFirst(int number) {
    return number == 20
        || number == 21
        || number == 25
        || number == 53
        || number == 587
        || number == 3306
        || number == 27017;
  }

  public boolean http() {
    return switch (this) {
      case HTTP, HTTP2, GRPC, GRPC_WEB -> true;
      default -> false;
    };
  }

  public boolean http2() {
    return this == HTTP2 || this == GRPC || this == GRPC_WEB;
  }

  /** Encrypted by the application: routed by SNI. */
  public boolean tls() {
    return this == HTTPS || this == TLS;
  }

  public boolean sniffed() {
    return this == UNKNOWN;
  }
}
