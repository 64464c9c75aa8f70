package io.outrigger.control.istio;

import io.outrigger.control.istio.TrafficPolicy.ConsistentHash;
import io.outrigger.control.istio.TrafficPolicy.LoadBalancer;
import io.outrigger.control.resource.Fields;
import java.time.Duration;
import java.util.List;

/** Reads load balancer settings. */
final class LoadBalancerReader {
  private static final List<String> ALLOWED =
      List.of("LEAST_REQUEST", "RANDOM", "ROUND_ROBIN", "PASSTHROUGH", "UNSPECIFIED", "LEAST_CONN");

  /** Envoy's largest Maglev table. */
  private static final int MAX_TABLE = 5_000_011;

  private static final int MAX_RING = 8 * 1024 * 1024;

  private LoadBalancerReader() {}

  static LoadBalancer read(Fields fields) {
    fields.ignored("zoneAwareLbSetting", "isn't supported yet and has no effect");
    LoadBalancer.Simple simple = simple(fields);
    ConsistentHash hash = fields.object("consistentHash", LoadBalancerReader::hash);
    if (fields.choice("simple", "consistentHash") > 1) {
      fields.error("", "can't have both simple and consistentHash");
    }
    Duration warmup = fields.duration("warmupDurationSecs");
    Duration warm = fields.object("warmup", LoadBalancerReader::warmup);
    LocalityBalancing locality = fields.object("localityLbSetting", LocalityBalancingReader::read);
    return new LoadBalancer(simple, hash, warm != null ? warm : warmup, locality);
  }

  private static Duration warmup(Fields fields) {
    fields.skip("minimumPercent", "aggression");
    Duration duration = fields.duration("duration");
    return duration == null ? Duration.ZERO : duration;
  }

  private static LoadBalancer.Simple simple(Fields fields) {
    String word = fields.oneOf("simple", ALLOWED);
    if (word == null) {
      return LoadBalancer.Simple.UNSPECIFIED;
    }
    if (word.equals("LEAST_CONN")) {
      fields.warning("simple", "LEAST_CONN is deprecated; use LEAST_REQUEST");
      return LoadBalancer.Simple.LEAST_REQUEST;
    }
    return LoadBalancer.Simple.valueOf(word);
  }

  private static ConsistentHash hash(Fields fields) {
    String header = fields.string("httpHeaderName");
    String parameter = fields.string("httpQueryParameterName");
    boolean sourceIp = fields.flag("useSourceIp");
    ConsistentHash.Key cookie =
        fields.object(
            "httpCookie",
            f ->
                new ConsistentHash.Key.Cookie(
                    f.required("name"), f.string("path"), f.duration("ttl")));
    int keys =
        fields.choice("httpHeaderName", "httpCookie", "useSourceIp", "httpQueryParameterName");
    if (keys == 1 && fields.has("useSourceIp") && !sourceIp) {
      fields.error("useSourceIp", "must be true, or left out");
    }
    if (keys != 1) {
      fields.error(
          "",
          "must have one of httpHeaderName, httpCookie, useSourceIp and httpQueryParameterName,"
              + " has "
              + keys);
    }
    ConsistentHash.Key key =
        header != null
            ? new ConsistentHash.Key.Header(header)
            : parameter != null
                ? new ConsistentHash.Key.QueryParameter(parameter)
                : cookie != null ? cookie : new ConsistentHash.Key.SourceIp();
    Integer oldRing = fields.integer("minimumRingSize", 0, MAX_RING);
    Integer ring =
        fields.object(
            "ringHash",
            f -> {
              Integer size = f.integer("minimumRingSize", 0, MAX_RING);
              return size == null ? 0 : size;
            });
    Integer table =
        fields.object(
            "maglev",
            f -> {
              Integer size = f.integer("tableSize", 2, MAX_TABLE);
              if (size != null && !prime(size)) {
                f.error("tableSize", "found " + size + "; must be a prime number");
              }
              return size == null ? 0 : size;
            });
    if (fields.choice("ringHash", "maglev") > 1) {
      fields.error("", "can't have both ringHash and maglev");
    }
    if (table != null) {
      return new ConsistentHash(key, ConsistentHash.Algorithm.MAGLEV, table);
    }
    int size = ring != null ? ring : oldRing != null ? oldRing : 0;
    return new ConsistentHash(key, ConsistentHash.Algorithm.RING_HASH, size);
  }

  private static boolean prime(int number) {
    for (int divisor = 2; (long) divisor * divisor <= number; divisor++) {
      if (number % divisor == 0) {
        return false;
      }
    }
    return number > 1;
  }
}
