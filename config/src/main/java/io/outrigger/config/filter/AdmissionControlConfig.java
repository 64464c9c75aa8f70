package io.outrigger.config.filter;

import io.outrigger.config.match.RuntimeFlag;
import io.outrigger.config.match.RuntimeNumber;
import java.util.List;

/**
 * envoy.filters.http.admission_control: the fewer requests succeed, the fewer are sent.
 *
 * @param httpSuccess ranges of statuses, their ends not in them; empty: those below 500
 * @param grpcSuccess a bit a status
 * @param aggression an exponent: 1 or more
 * @param successThreshold in percent, as are what may be rejected at most
 */
public record AdmissionControlConfig(
    RuntimeFlag enabled,
    List<Range> httpSuccess,
    long grpcSuccess,
    long windowNanos,
    RuntimeNumber aggression,
    RuntimeNumber successThreshold,
    RuntimeNumber rpsThreshold,
    RuntimeNumber maxRejection)
    implements FilterConfig {
  public AdmissionControlConfig {
    httpSuccess = List.copyOf(httpSuccess);
  }

  /** From a status to that before another. */
  public record Range(int start, int end) {}

  public boolean isHttpSuccess(int status) {
    for (int i = 0; i < httpSuccess.size(); i++) {
      if (status >= httpSuccess.get(i).start() && status < httpSuccess.get(i).end()) {
        return true;
      }
    }
    return httpSuccess.isEmpty() && status < 500;
  }

  public boolean isGrpcSuccess(int status) {
    return status >= 0 && status < Long.SIZE && (grpcSuccess >>> status & 1) != 0;
  }
}
