package io.outrigger.proxy.extproc;

import io.outrigger.proxy.stats.Counter;
import io.outrigger.proxy.stats.StatStore;

/** The filter's counters, in Envoy's names. */
final class ProcStats {
  final Counter streamsStarted;
  final Counter streamsClosed;
  final Counter streamsFailed;
  final Counter sent;
  final Counter received;
  final Counter spurious;
  final Counter failureModeAllowed;
  final Counter messageTimeouts;
  final Counter rejectedMutations;
  final Counter timeoutReceived;
  final Counter timeoutIgnored;
  final Counter clearRouteCacheIgnored;
  final Counter clearRouteCacheDisabled;
  final Counter immediateResponses;
  final Counter httpNotOk;

  ProcStats(StatStore store, String hcmPrefix, String statPrefix) {
    String prefix = hcmPrefix + "ext_proc." + (statPrefix.isEmpty() ? "" : statPrefix + ".");
    streamsStarted = store.counter(prefix + "streams_started");
    streamsClosed = store.counter(prefix + "streams_closed");
    streamsFailed = store.counter(prefix + "streams_failed");
    sent = store.counter(prefix + "stream_msgs_sent");
    received = store.counter(prefix + "stream_msgs_received");
    spurious = store.counter(prefix + "spurious_msgs_received");
    failureModeAllowed = store.counter(prefix + "failure_mode_allowed");
    messageTimeouts = store.counter(prefix + "message_timeouts");
    rejectedMutations = store.counter(prefix + "rejected_header_mutations");
    timeoutReceived = store.counter(prefix + "override_message_timeout_received");
    timeoutIgnored = store.counter(prefix + "override_message_timeout_ignored");
    clearRouteCacheIgnored = store.counter(prefix + "clear_route_cache_ignored");
    clearRouteCacheDisabled = store.counter(prefix + "clear_route_cache_disabled");
    immediateResponses = store.counter(prefix + "immediate_responses_sent");
    httpNotOk = store.counter(prefix + "http_not_ok_resp_received");
  }
}
