package io.outrigger.proxy.http;

import io.outrigger.proxy.cluster.Host;
import io.outrigger.proxy.cluster.UpstreamInfo;
import io.outrigger.proxy.worker.Worker;
import org.jspecify.annotations.Nullable;

/**
 * What the router learns of an exchange's upstream, for logs and header formats: of the last
 * attempt, where there were several. Times are the worker's, in nanoseconds; 0 is not yet.
 */
public final class UpstreamFacts {
  private final Worker worker;
  @Nullable Host host;
  @Nullable UpstreamInfo connection;
  @Nullable String cluster;
  @Nullable String transportFailure;
  int attempts;
  long readyNanos;
  long firstSentNanos;
  long lastSentNanos;
  long firstReceivedNanos;
  long lastReceivedNanos;

  UpstreamFacts(Worker worker) {
    this.worker = worker;
  }

  void forget() {
    host = null;
    connection = null;
    cluster = null;
    transportFailure = null;
    attempts = 0;
    readyNanos = 0;
    firstSentNanos = 0;
    lastSentNanos = 0;
    firstReceivedNanos = 0;
    lastReceivedNanos = 0;
  }

  /** A cluster was chosen, and perhaps a host of it; null leaves the host as it is. */
  public void chosen(String clusterName, @Nullable Host chosenHost) {
    cluster = clusterName;
    if (chosenHost != null) {
      host = chosenHost;
    }
  }

  /** The last attempt's; null: no host was chosen. */
  public @Nullable Host host() {
    return host;
  }

  /** Attempts are counted from 1. */
  public void attempt(int number) {
    attempts = number;
  }

  public void connected(UpstreamInfo info) {
    connection = info;
    host = info.host();
    readyNanos = worker.nanos();
    firstSentNanos = readyNanos;
  }

  /** Of several attempts at once, this one's answer was taken. */
  public void answeredBy(Host answered, @Nullable UpstreamInfo info) {
    host = answered;
    connection = info;
  }

  /** When the last attempt's stream began; 0: none has. */
  public long firstSentNanos() {
    return firstSentNanos;
  }

  public void requestSent() {
    lastSentNanos = worker.nanos();
  }

  public void responseBegun() {
    firstReceivedNanos = worker.nanos();
  }

  public void responseEnded() {
    lastReceivedNanos = worker.nanos();
  }

  /** Why the transport failed, in words; null where it is not known. */
  public void failed(@Nullable String sentence) {
    transportFailure = sentence;
  }
}
