package io.outrigger.config.http;

import java.nio.charset.StandardCharsets;

/**
 * Headers of which a message has one line, as in Envoy: the value of another line is joined to the
 * first by a comma. So whoever looks at one, a policy or a log, sees all of it.
 */
public final class SingleFields {
  private static final String[] BOTH = {
    "cache-control",
    "content-encoding",
    "content-type",
    "proxy-status",
    "via",
    "x-envoy-attempt-count",
    "x-envoy-decorator-operation",
    "x-request-id",
  };
  private static final String[] REQUEST = {
    "accept",
    "accept-encoding",
    "access-control-request-headers",
    "access-control-request-method",
    "access-control-request-private-network",
    "authorization",
    "expect",
    "grpc-accept-encoding",
    "grpc-timeout",
    "if-match",
    "if-modified-since",
    "if-none-match",
    "if-range",
    "if-unmodified-since",
    "origin",
    "pragma",
    "referer",
    "user-agent",
    "x-client-trace-id",
    "x-envoy-downstream-service-cluster",
    "x-envoy-downstream-service-node",
    "x-envoy-expected-rq-timeout-ms",
    "x-envoy-external-address",
    "x-envoy-force-trace",
    "x-envoy-hedge-on-per-try-timeout",
    "x-envoy-internal",
    "x-envoy-ip-tags",
    "x-envoy-is-timeout-retry",
    "x-envoy-max-retries",
    "x-envoy-original-path",
    "x-envoy-original-url",
    "x-envoy-retriable-header-names",
    "x-envoy-retriable-status-codes",
    "x-envoy-retry-grpc-on",
    "x-envoy-retry-on",
    "x-envoy-upstream-alt-stat-name",
    "x-envoy-upstream-rq-per-try-timeout-ms",
    "x-envoy-upstream-rq-timeout-alt-response",
    "x-envoy-upstream-rq-timeout-ms",
    "x-envoy-upstream-stream-duration-ms",
    "x-forwarded-client-cert",
    "x-forwarded-for",
    "x-forwarded-host",
    "x-forwarded-port",
    "x-forwarded-proto",
  };
  private static final String[] RESPONSE = {
    "access-control-allow-credentials",
    "access-control-allow-headers",
    "access-control-allow-methods",
    "access-control-allow-origin",
    "access-control-allow-private-network",
    "access-control-expose-headers",
    "access-control-max-age",
    "age",
    "date",
    "etag",
    "expires",
    "grpc-message",
    "grpc-status",
    "last-modified",
    "location",
    "server",
    "vary",
    "x-envoy-degraded",
    "x-envoy-immediate-health-check-fail",
    "x-envoy-ratelimited",
    "x-envoy-upstream-canary",
    "x-envoy-upstream-healthchecked-cluster",
    "x-envoy-upstream-service-time",
  };

  /** A bit of its own for each, by {@link HeaderName#ordinal}; 0 for other names. */
  private static final long[] IN_REQUESTS = new long[HeaderName.knownCount()];

  private static final long[] IN_RESPONSES = new long[HeaderName.knownCount()];

  static {
    put(IN_REQUESTS, put(IN_REQUESTS, 0, BOTH), REQUEST);
    put(IN_RESPONSES, put(IN_RESPONSES, 0, BOTH), RESPONSE);
  }

  private SingleFields() {}

  private static int put(long[] bits, int from, String... names) {
    int bit = from;
    for (String text : names) {
      HeaderName name = HeaderName.of(text);
      if (name.ordinal() < 0 || bit > 63) {
        throw new IllegalStateException("not interned, or one too many: " + text);
      }
      bits[name.ordinal()] = 1L << bit++;
    }
    return bit;
  }

  /** Joins those lines of a request that has just come. */
  public static void joinRequest(Headers headers) {
    join(headers, IN_REQUESTS);
  }

  /** Joins those lines of a response that has just come. */
  public static void joinResponse(Headers headers) {
    join(headers, IN_RESPONSES);
  }

  private static void join(Headers headers, long[] bits) {
    long seen = 0;
    for (int slot = 0, slots = headers.slots(); slot < slots; slot++) {
      HeaderName name = headers.isLive(slot) ? headers.name(slot) : null;
      if (name == null || name.ordinal() < 0) {
        continue;
      }
      long bit = bits[name.ordinal()];
      if ((seen & bit) != 0) {
        join(
            headers,
            headers.find(name),
            headers.data(),
            headers.valueOffset(slot),
            headers.valueLength(slot));
        headers.removeSlot(slot);
      }
      seen |= bit;
    }
  }

  private static void join(Headers headers, int first, byte[] source, int offset, int length) {
    int before = headers.valueLength(first);
    if (length == 0) {
      return;
    }
    if (before == 0) {
      headers.setValue(first, source, offset, length);
      return;
    }
    byte[] joined = new byte[before + 1 + length];
    System.arraycopy(headers.data(), headers.valueOffset(first), joined, 0, before);
    joined[before] = ',';
    System.arraycopy(source, offset, joined, before + 1, length);
    headers.setValue(first, joined, 0, joined.length);
  }

  /** Adds a line to a head; joins it to the one that is there, where there may be one only. */
  public static void append(Headers headers, HeaderName name, byte[] value, int length) {
    long[] bits = headers.contains(HeaderName.STATUS) ? IN_RESPONSES : IN_REQUESTS;
    int first = name.ordinal() >= 0 && bits[name.ordinal()] != 0 ? headers.find(name) : -1;
    if (first < 0) {
      headers.add(name, value, 0, length);
    } else {
      join(headers, first, value, 0, length);
    }
  }

  /** The same with a text. */
  public static void append(Headers headers, HeaderName name, String value) {
    byte[] bytes = value.getBytes(StandardCharsets.ISO_8859_1);
    append(headers, name, bytes, bytes.length);
  }
}
