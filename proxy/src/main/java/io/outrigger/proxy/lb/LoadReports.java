package io.outrigger.proxy.lb;

import com.github.xds.data.orca.v3.OrcaLoadReport;
import com.google.protobuf.InvalidProtocolBufferException;
import io.outrigger.api.schema.ProtoYaml;
import io.outrigger.api.schema.SchemaProblem;
import io.outrigger.api.yaml.Node;
import io.outrigger.api.yaml.Yaml;
import io.outrigger.api.yaml.YamlException;
import io.outrigger.config.http.HeaderName;
import io.outrigger.config.http.Headers;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What hosts report of their load in headers and trailers of answers, by ORCA: {@code
 * endpoint-load-metrics-bin}, or {@code endpoint-load-metrics} as BIN, JSON or TEXT.
 */
public final class LoadReports {
  private LoadReports() {}

  /** The report in an answer's headers or trailers; null: there is none that can be read. */
  public static @Nullable OrcaLoadReport in(Headers headers) {
    String binary = headers.value(HeaderName.ENDPOINT_LOAD_METRICS_BIN);
    if (binary != null) {
      return binary(binary);
    }
    String text = headers.value(HeaderName.ENDPOINT_LOAD_METRICS);
    if (text == null) {
      return null;
    }
    int space = text.indexOf(' ');
    String rest = space < 0 ? "" : text.substring(space + 1);
    return switch (space < 0 ? text : text.substring(0, space)) {
      case "BIN" -> binary(rest);
      case "JSON" -> json(rest);
      case "TEXT" -> LoadReportText.parse(rest);
      default -> null;
    };
  }

  private static @Nullable OrcaLoadReport binary(String base64) {
    try {
      return OrcaLoadReport.parseFrom(Base64.getDecoder().decode(base64));
    } catch (IllegalArgumentException | InvalidProtocolBufferException e) {
      return null;
    }
  }

  private static @Nullable OrcaLoadReport json(String json) {
    List<SchemaProblem> problems = new ArrayList<>();
    try {
      Node report = Yaml.parse("report", json);
      if (report == null) {
        return null;
      }
      byte[] wire = ProtoYaml.toWire("xds.data.orca.v3.OrcaLoadReport", report, problems);
      return problems.isEmpty() ? OrcaLoadReport.parseFrom(wire) : null;
    } catch (YamlException | InvalidProtocolBufferException e) {
      return null;
    }
  }
}
