package io.outrigger.proxy.accesslog;

import io.outrigger.config.accesslog.AccessLogFilter;
import io.outrigger.config.http.HeaderName;
import io.outrigger.config.http.Headers;
import io.outrigger.config.match.RuntimeFraction;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** Decides whether an entry is logged. Immutable; any worker. */
@FunctionalInterface
interface Gate {
  boolean passes(LogEntry entry);

  static Gate of(AccessLogFilter filter) {
    return switch (filter) {
      case AccessLogFilter.StatusCode status ->
          entry -> status.op().test(entry.responseCode(), status.value());
      case AccessLogFilter.Duration duration ->
          entry ->
              duration
                  .op()
                  .test((entry.endNanos() - entry.startNanos()) / 1_000_000, duration.millis());
      case AccessLogFilter.NotHealthCheck _ -> entry -> !entry.healthCheck();
      case AccessLogFilter.Traceable _ -> LogEntry::traced;
      case AccessLogFilter.RuntimeShare share -> fraction(share.fraction(), share.independent());
      case AccessLogFilter.And and -> all(gates(and.filters()));
      case AccessLogFilter.Or or -> any(gates(or.filters()));
      case AccessLogFilter.Header header ->
          entry -> {
            Headers headers = entry.requestHeaders();
            return headers != null && header.matcher().matches(headers);
          };
      case AccessLogFilter.ResponseFlag flag -> flags(flag.flags());
      case AccessLogFilter.GrpcStatus status ->
          entry -> status.statuses().contains(GrpcStatusText.of(entry)) != status.exclude();
      case AccessLogFilter.LogType type ->
          entry -> type.types().contains(entry.type().name()) != type.exclude();
    };
  }

  private static List<Gate> gates(List<AccessLogFilter> filters) {
    List<Gate> gates = new ArrayList<>(filters.size());
    for (AccessLogFilter filter : filters) {
      gates.add(of(filter));
    }
    return gates;
  }

  private static Gate all(List<Gate> gates) {
    return entry -> {
      for (int i = 0; i < gates.size(); i++) {
        if (!gates.get(i).passes(entry)) {
          return false;
        }
      }
      return true;
    };
  }

  private static Gate any(List<Gate> gates) {
    return entry -> {
      for (int i = 0; i < gates.size(); i++) {
        if (gates.get(i).passes(entry)) {
          return true;
        }
      }
      return false;
    };
  }

  private static Gate flags(Set<String> names) {
    EnumSet<ResponseFlag> wanted = EnumSet.noneOf(ResponseFlag.class);
    for (ResponseFlag flag : ResponseFlag.values()) {
      if (names.contains(flag.shortName())) {
        wanted.add(flag);
      }
    }
    return entry -> {
      long flags = entry.responseFlags();
      if (names.isEmpty()) {
        return flags != 0;
      }
      ResponseFlag flag = ResponseFlag.at(flags, 0);
      for (int i = 0; flag != null; flag = ResponseFlag.at(flags, ++i)) {
        if (wanted.contains(flag)) {
          return true;
        }
      }
      return false;
    };
  }

  /** By x-request-id, so that all logs of one request agree, or by chance where there is none. */
  private static Gate fraction(RuntimeFraction fraction, boolean independent) {
    return entry -> {
      Headers headers = entry.requestHeaders();
      int slot = independent || headers == null ? -1 : headers.find(HeaderName.X_REQUEST_ID);
      long random = entry.worker().randomLong();
      if (headers != null && slot >= 0 && headers.valueLength(slot) >= 8) {
        random = hexadecimal(headers.data(), headers.valueOffset(slot), random);
      }
      return fraction.admits(random);
    };
  }

  /** The first eight digits as a number; {@code otherwise} if they are none. */
  private static long hexadecimal(byte[] data, int offset, long otherwise) {
    long value = 0;
    for (int i = 0; i < 8; i++) {
      int digit = Character.digit(data[offset + i], 16);
      if (digit < 0) {
        return otherwise;
      }
      value = value << 4 | digit;
    }
    return value;
  }
}
