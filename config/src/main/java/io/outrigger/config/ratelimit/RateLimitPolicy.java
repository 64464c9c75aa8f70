package io.outrigger.config.ratelimit;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.envoyproxy.envoy.type.v3.RateLimitUnit;
import io.outrigger.config.accesslog.LogFormat;
import io.outrigger.config.match.RuntimeFraction;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a descriptor is made of a request: route.v3.RateLimit.
 *
 * @param stage which filters ask by it, 0 to 10
 * @param enabled by runtime, where it has a disable_key
 * @param override where dynamic metadata has the limit that the service is to take; null: nowhere
 * @param hits a request's worth, or {@link Descriptor#UNSET}
 * @param hitsFormat prints a request's worth; null: {@code hits}
 * @param onStreamDone asked when the request is over, and not enforced
 */
public record RateLimitPolicy(
    int stage,
    RuntimeFraction enabled,
    List<RateLimitAction> actions,
    @Nullable MetadataPath override,
    long hits,
    @Nullable LogFormat hitsFormat,
    boolean onStreamDone) {
  static final long MOST_HITS = 1_000_000_000;

  public RateLimitPolicy {
    actions = List.copyOf(actions);
  }

  /** Adds this policy's descriptor, if the request has what its actions need. */
  public void describe(RateLimitRequest request, Descriptors out) {
    Descriptor descriptor = out.next();
    for (int i = 0, size = actions.size(); i < size; i++) {
      if (!actions.get(i).append(request, descriptor)) {
        out.drop();
        return;
      }
    }
    if (override != null) {
      descriptor.override(override(request, override));
    }
    long worth = hitsFormat == null ? hits : parse(request.text(hitsFormat));
    if (hitsFormat != null && worth == Descriptor.UNSET) {
      out.drop();
      return;
    }
    descriptor.hits(worth);
  }

  /** A whole number from 0 to a thousand million, fraction cut; else UNSET. */
  private static long parse(String text) {
    try {
      double number = Double.parseDouble(text);
      return number >= 0 && number <= MOST_HITS ? (long) number : Descriptor.UNSET;
    } catch (NumberFormatException notOne) {
      return Descriptor.UNSET;
    }
  }

  private static Descriptor.@Nullable LimitOverride override(
      RateLimitRequest request, MetadataPath at) {
    Value found = request.dynamicMetadata(at.namespace, at.path);
    if (found == null || !found.hasStructValue()) {
      return null;
    }
    Struct struct = found.getStructValue();
    Value number = struct.getFieldsMap().get("requests_per_unit");
    Value unit = struct.getFieldsMap().get("unit");
    if (number == null || !number.hasNumberValue() || unit == null || !unit.hasStringValue()) {
      return null;
    }
    for (RateLimitUnit known : RateLimitUnit.values()) {
      if (known != RateLimitUnit.UNRECOGNIZED && known.name().equals(unit.getStringValue())) {
        return new Descriptor.LimitOverride((int) number.getNumberValue(), known.getNumber());
      }
    }
    return null;
  }
}
