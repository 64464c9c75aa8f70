package io.outrigger.control.istio;

import io.outrigger.api.yaml.Node;
import io.outrigger.control.istio.PeerAuthentication.Mode;
import io.outrigger.control.resource.Fields;
import java.util.Map;
import java.util.TreeMap;

/** Reads a PeerAuthentication. */
public final class PeerAuthenticationReader {
  private PeerAuthenticationReader() {}

  public static PeerAuthentication read(Fields fields) {
    Map<String, String> selector = fields.object("selector", f -> f.stringMap("matchLabels"));
    Mode mode = fields.object("mtls", PeerAuthenticationReader::mode);
    Map<Integer, Mode> ports = new TreeMap<>();
    for (Node.Entry entry : fields.entries("portLevelMtls")) {
      String where = fields.at("portLevelMtls") + "." + entry.key();
      if (!entry.key().matches("[1-9][0-9]{0,4}") || Integer.parseInt(entry.key()) > 65535) {
        fields.error(entry.value(), where, "\"" + entry.key() + "\" isn't a port, 1 to 65535");
        continue;
      }
      Mode ofPort = fields.object(entry.value(), where, PeerAuthenticationReader::mode);
      ports.put(Integer.parseInt(entry.key()), ofPort == null ? Mode.UNSET : ofPort);
    }
    if (!ports.isEmpty() && (selector == null || selector.isEmpty())) {
      fields.error("portLevelMtls", "needs a selector");
    }
    return new PeerAuthentication(
        selector == null ? Map.of() : selector,
        mode == null ? Mode.UNSET : mode,
        java.util.Collections.unmodifiableMap(ports));
  }

  private static Mode mode(Fields fields) {
    return fields.oneOf("mode", Mode.class, Mode.UNSET);
  }
}
