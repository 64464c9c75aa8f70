package io.outrigger.proxy.router;

import com.google.protobuf.Struct;
import io.outrigger.config.route.RetryPolicy;
import io.outrigger.proxy.cluster.Host;
import java.util.List;

/** Which hosts a retry avoids (retry_host_predicate). */
final class HostPredicates {
  private HostPredicates() {}

  static boolean reject(RetryPolicy policy, Host host, List<Host> tried) {
    List<RetryPolicy.HostPredicate> predicates = policy.hostPredicates();
    for (int i = 0; i < predicates.size(); i++) {
      RetryPolicy.HostPredicate predicate = predicates.get(i);
      boolean rejected;
      if (predicate instanceof RetryPolicy.PreviousHosts) {
        rejected = tried.contains(host);
      } else if (predicate instanceof RetryPolicy.OmitCanaryHosts) {
        rejected = host.canary();
      } else if (predicate instanceof RetryPolicy.OmitHostMetadata omit) {
        rejected = matches(omit, host);
      } else {
        throw new IllegalStateException("unknown HostPredicate: " + predicate);
      }
      if (rejected) {
        return true;
      }
    }
    return false;
  }

  private static boolean matches(RetryPolicy.OmitHostMetadata omit, Host host) {
    Struct labels = omit.metadata().namespace("envoy.lb");
    return labels != null
        && labels.getFieldsCount() > 0
        && host.metadata().containsAll("envoy.lb", labels);
  }
}
