package io.outrigger.control.istio;

import io.outrigger.api.grpc.GrpcStatus;
import io.outrigger.api.yaml.Suggestion;
import io.outrigger.control.istio.HttpRoute.HttpFault;
import io.outrigger.control.resource.Fields;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Reads the faults of an http rule, and percentages. */
final class HttpFaultReader {
  private HttpFaultReader() {}

  static @Nullable HttpFault fault(Fields parent) {
    return parent.object(
        "fault",
        fields -> {
          HttpFault fault =
              new HttpFault(
                  fields.object("delay", HttpFaultReader::delay),
                  fields.object("abort", HttpFaultReader::abort));
          if (fault.delay() == null && fault.abort() == null) {
            fields.error("", "must have delay or abort");
          }
          return fault;
        });
  }

  private static HttpFault.Delay delay(Fields fields) {
    fields.unsupported("exponentialDelay");
    Duration fixed = fields.duration("fixedDelay");
    if (fields.choice("fixedDelay", "exponentialDelay") == 0) {
      fields.error("fixedDelay", "must be given");
    }
    return new HttpFault.Delay(fixed == null ? Duration.ZERO : fixed, share(fields));
  }

  private static HttpFault.Abort abort(Fields fields) {
    fields.unsupported("http2Error");
    Integer http = fields.integer("httpStatus", 200, 599);
    Integer grpc = grpcStatus(fields);
    if (fields.choice("httpStatus", "grpcStatus", "http2Error") != 1) {
      fields.error("", "must have one of httpStatus and grpcStatus");
    }
    return new HttpFault.Abort(http, grpc, share(fields));
  }

  private static @Nullable Integer grpcStatus(Fields fields) {
    String text = fields.string("grpcStatus");
    if (text == null) {
      return null;
    }
    int index = GrpcStatus.NAMES.indexOf(text);
    if (index < 0
        && text.matches("[0-9]{1,2}")
        && Integer.parseInt(text) < GrpcStatus.NAMES.size()) {
      index = Integer.parseInt(text);
    }
    if (index < 0) {
      fields.error(
          "grpcStatus",
          "found \""
              + text
              + "\"; must be the name or number of a gRPC status"
              + Suggestion.clause(text, GrpcStatus.NAMES));
      return 0;
    }
    return index;
  }

  private static double share(Fields fields) {
    Double exact = percentage(fields, "percentage");
    Integer whole = fields.integer("percent", 0, 100);
    return exact != null ? exact : whole != null ? whole : 100;
  }

  /** Of {@code {value: 12.5}}; null when absent. */
  static @Nullable Double percentage(Fields parent, String name) {
    Double value =
        parent.object(
            name,
            fields -> {
              Double number = fields.number("value", 0, 100);
              return number == null ? 0.0 : number;
            });
    return value;
  }
}
