package io.outrigger.control.istio;

import io.outrigger.control.resource.Fields;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** Reads a DestinationRule. */
public final class DestinationRuleReader {
  private static final Pattern SUBSET = Pattern.compile("[a-zA-Z0-9]([-a-zA-Z0-9.]*[a-zA-Z0-9])?");

  private DestinationRuleReader() {}

  public static DestinationRule read(Fields fields) {
    String host = fields.required("host");
    if (!host.isEmpty()) {
      HostCheck.check(fields, "host", host);
    }
    TrafficPolicy policy = fields.object("trafficPolicy", TrafficPolicyReader::read);
    List<DestinationRule.Subset> subsets = fields.objects("subsets", DestinationRuleReader::subset);
    Set<String> names = new HashSet<>();
    for (DestinationRule.Subset subset : subsets) {
      if (!names.add(subset.name())) {
        fields.error("subsets", "two subsets are named \"" + subset.name() + "\"");
      }
    }
    Map<String, String> selector =
        fields.object("workloadSelector", f -> f.stringMap("matchLabels"));
    return new DestinationRule(
        host,
        policy == null ? TrafficPolicy.NONE : policy,
        subsets,
        fields.strings("exportTo"),
        selector == null ? Map.of() : selector);
  }

  private static DestinationRule.Subset subset(Fields fields) {
    String name = fields.required("name");
    if (!name.isEmpty() && !SUBSET.matcher(name).matches()) {
      fields.error("name", "\"" + name + "\" must be of letters, digits, dashes and dots");
    }
    TrafficPolicy policy = fields.object("trafficPolicy", TrafficPolicyReader::read);
    return new DestinationRule.Subset(
        name, fields.stringMap("labels"), policy == null ? TrafficPolicy.NONE : policy);
  }
}
