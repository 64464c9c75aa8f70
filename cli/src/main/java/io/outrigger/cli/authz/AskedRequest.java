package io.outrigger.cli.authz;

import com.google.protobuf.Struct;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The request that is asked about.
 *
 * @param principal the identity in the caller's certificate, spiffe://...; empty: it has none
 * @param address the caller's; null: not said
 * @param destination the workload's address; null: not said
 * @param port the workload's; 0: not said
 * @param headers in lower case
 * @param claims of its token; null: it has none, or nobody looks at it
 */
public record AskedRequest(
    String principal,
    @Nullable String address,
    @Nullable String destination,
    int port,
    String serverName,
    String method,
    String path,
    Map<String, List<String>> headers,
    @Nullable Struct claims) {

  /** A policy asks for what was not said of the request. */
  static final class UnsaidException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UnsaidException(String what, String option) {
      super("asks for " + what + ": give " + option);
    }
  }

  AskedRequest withClaims(@Nullable Struct others) {
    return new AskedRequest(
        principal, address, destination, port, serverName, method, path, headers, others);
  }

  String saidAddress() {
    if (address == null) {
      throw new UnsaidException("the caller's address", "--from-ip");
    }
    return address;
  }

  String saidDestination() {
    if (destination == null) {
      throw new UnsaidException("the workload's address", "--to-ip");
    }
    return destination;
  }

  String saidPort() {
    if (port == 0) {
      throw new UnsaidException("the port", "--port");
    }
    return Integer.toString(port);
  }

  String saidHost() {
    String host = header("host");
    if (host == null) {
      throw new UnsaidException("the host", "--header host:NAME");
    }
    return host;
  }

  /** The address that the last proxy before noted, else the caller's. */
  String remoteAddress() {
    String forwarded = header("x-forwarded-for");
    if (forwarded != null) {
      String last = forwarded.substring(forwarded.lastIndexOf(',') + 1).strip();
      if (PolicyText.isAddress(last)) {
        return last;
      }
    }
    return saidAddress();
  }

  /** All values of a header, by commas; null: there is none. */
  @Nullable String header(String name) {
    List<String> values =
        headers.get(name.equals(":authority") ? "host" : name.toLowerCase(Locale.ROOT));
    return name.equals(":method")
        ? method
        : name.equals(":path") ? path : values == null ? null : String.join(",", values);
  }

  /** The path as policies see it: without query, and dot segments gone (RFC 3986, 5.2.4). */
  String plainPath() {
    int end = path.length();
    for (int i = 0; i < path.length(); i++) {
      if (path.charAt(i) == '?' || path.charAt(i) == '#') {
        end = i;
        break;
      }
    }
    String[] segments = path.substring(0, end).replace('\\', '/').split("/", -1);
    List<String> out = new ArrayList<>();
    for (int i = 1; i < segments.length; i++) {
      String dots = segments[i].toLowerCase(Locale.ROOT).replace("%2e", ".");
      boolean last = i == segments.length - 1;
      if (dots.equals("..") && !out.isEmpty()) {
        out.removeLast();
      }
      if (!dots.equals(".") && !dots.equals("..")) {
        out.add(segments[i]);
      } else if (last) {
        out.add("");
      }
    }
    return "/" + String.join("/", out);
  }
}
