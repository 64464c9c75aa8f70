package io.outrigger.control.istio;

import io.outrigger.api.yaml.Node;
import io.outrigger.control.istio.LocalityBalancing.Distribution;
import io.outrigger.control.istio.LocalityBalancing.Failover;
import io.outrigger.control.resource.Fields;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Reads localityLbSetting. */
final class LocalityBalancingReader {
  private static final int WHOLE = 100;

  private LocalityBalancingReader() {}

  static LocalityBalancing read(Fields fields) {
    Boolean enabled = fields.bool("enabled");
    List<Distribution> distribute =
        fields.objects("distribute", LocalityBalancingReader::distribution);
    List<Failover> failover =
        fields.objects("failover", f -> new Failover(f.required("from"), f.required("to")));
    for (Failover one : failover) {
      if (!one.from().isEmpty() && one.from().equals(one.to())) {
        fields.error("failover", "from and to are both \"" + one.from() + "\"");
      }
      if (one.from().indexOf('/') >= 0 || one.to().indexOf('/') >= 0) {
        fields.error("failover", "must name regions, without zones");
      }
    }
    List<String> priority = fields.strings("failoverPriority");
    if (!distribute.isEmpty() && !(failover.isEmpty() && priority.isEmpty())) {
      fields.error("", "can't have distribute beside failover or failoverPriority");
    }
    return new LocalityBalancing(enabled == null || enabled, distribute, failover, priority);
  }

  private static Distribution distribution(Fields fields) {
    String from = fields.required("from");
    Map<String, Integer> to = new TreeMap<>();
    int sum = 0;
    for (Node.Entry entry : fields.entries("to")) {
      Integer weight = fields.integer(entry.value(), "to." + entry.key(), 0, WHOLE);
      to.put(entry.key(), weight == null ? 0 : weight);
      sum += weight == null ? 0 : weight;
    }
    if (sum != WHOLE) {
      fields.error("to", "the weights are " + sum + " in all; must be 100");
    }
    return new Distribution(from, Collections.unmodifiableMap(to));
  }
}
