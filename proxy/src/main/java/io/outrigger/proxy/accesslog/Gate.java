package io.outrigger.proxy.accesslog;

import com.google.protobuf.Value;
import io.outrigger.config.accesslog.AccessLogFilter;
import io.outrigger.config.http.HeaderName;
import io.outrigger.config.http.Headers;
import io.outrigger.config.match.RuntimeFraction;
import io.outrigger.config.metadata.MetadataMatcher;
import io.outrigger.config.runtime.RuntimeValues;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** Decides whether an entry is logged. Immutable; any worker. */
@FunctionalInterface
public interface Gate {
  boolean passes(LogEntry entry);

  static Gate of(AccessLogFilter filter) {
    if (filter instanceof AccessLogFilter.StatusCode status) {
      return entry ->
          status
              .op()
              .test(
                  entry.responseCode(), RuntimeValues.number(status.runtimeKey(), status.value()));
    }
    if (filter instanceof AccessLogFilter.Duration duration) {
      return entry ->
          duration
              .op()
              .test(
                  (entry.endNanos() - entry.startNanos()) / 1_000_000,
                  RuntimeValues.number(duration.runtimeKey(), duration.millis()));
    }
    if (filter instanceof AccessLogFilter.NotHealthCheck) {
      return entry -> !entry.healthCheck();
    }
    if (filter instanceof AccessLogFilter.Traceable) {
      return LogEntry::traced;
    }
    if (filter instanceof AccessLogFilter.RuntimeShare share) {
      return fraction(share.fraction(), share.independent());
    }
    if (filter instanceof AccessLogFilter.And and) {
      return all(gates(and.filters()));
    }
    if (filter instanceof AccessLogFilter.Or or) {
      return any(gates(or.filters()));
    }
    if (filter instanceof AccessLogFilter.Header header) {
      return entry -> {
        Headers headers = entry.requestHeaders();
        return headers != null && header.matcher().matches(headers);
      };
    }
    if (filter instanceof AccessLogFilter.ResponseFlag flag) {
      return flags(flag.flags());
    }
    if (filter instanceof AccessLogFilter.GrpcStatus status) {
      return entry -> status.statuses().contains(GrpcStatusText.meant(entry)) != status.exclude();
    }
    if (filter instanceof AccessLogFilter.Metadata metadata) {
      MetadataMatcher matcher = metadata.matcher();
      String[] path = matcher.path().toArray(String[]::new);
      return entry -> {
        Value value = entry.dynamicMetadata(matcher.namespace(), path);
        // Envoy does not look at invert here
        return value == null ? metadata.passesWithoutKey() : matcher.value().matches(value);
      };
    }
    if (filter instanceof AccessLogFilter.LogType type) {
      return entry -> type.types().contains(entry.type().name()) != type.exclude();
    }
    throw new IllegalStateException("unknown AccessLogFilter: " + filter);
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
