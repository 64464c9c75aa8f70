package io.outrigger.e2e.mesh;

import io.outrigger.api.yaml.Node;
import io.outrigger.api.yaml.Yaml;
import io.outrigger.api.yaml.YamlException;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;

/** What Prometheus answers to a query. */
final class PrometheusAnswer {
  private PrometheusAnswer() {}

  /** The samples by their labels. */
  static Map<String, Double> samples(String answer) throws IOException {
    int begin = answer.indexOf("{\"status\"");
    if (begin < 0) {
      throw new IOException(answer);
    }
    Map<String, Double> out = new TreeMap<>();
    try {
      Node.Mapping all =
          (Node.Mapping) Yaml.parse("answer", answer.substring(begin, answer.lastIndexOf('}') + 1));
      Node.Mapping data = (Node.Mapping) all.get("data");
      for (Node item : ((Node.Sequence) data.get("result")).items()) {
        Node.Mapping sample = (Node.Mapping) item;
        Map<String, String> labels = new TreeMap<>();
        ((Node.Mapping) sample.get("metric"))
            .entries()
            .forEach(entry -> labels.put(entry.key(), ((Node.Scalar) entry.value()).text()));
        Node.Sequence value = (Node.Sequence) sample.get("value");
        out.put(labels.toString(), Double.valueOf(((Node.Scalar) value.items().get(1)).text()));
      }
    } catch (YamlException e) {
      throw new IOException(answer, e);
    }
    return out;
  }
}
