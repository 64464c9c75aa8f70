package io.outrigger.proxy.tls;

import io.outrigger.proxy.stats.Counter;
import io.outrigger.proxy.stats.StatStore;

/** The {@code ssl.} statistics of a listener or cluster. Any worker counts into its own cell. */
public final class TlsStats {
  private final StatStore store;
  private final String prefix;
  private final Counter handshake;
  private final Counter connectionError;
  private final Counter sessionReused;
  private final Counter noCertificate;
  private final Counter failVerifyNoCert;
  private final Counter failVerifyError;
  private final Counter failVerifySan;
  private final Counter failVerifyCertHash;
  private final Counter contextUpdateBySds;
  private final Counter stapleRequests;
  private final Counter stapleResponses;
  private final Counter stapleOmitted;
  private final Counter stapleFailed;

  /** {@code owner} is {@code listener.<address>} or {@code cluster.<name>}. */
  public TlsStats(StatStore store, String owner) {
    this.store = store;
    this.prefix = owner + ".ssl.";
    this.handshake = store.counter(prefix + "handshake");
    this.connectionError = store.counter(prefix + "connection_error");
    this.sessionReused = store.counter(prefix + "session_reused");
    this.noCertificate = store.counter(prefix + "no_certificate");
    this.failVerifyNoCert = store.counter(prefix + "fail_verify_no_cert");
    this.failVerifyError = store.counter(prefix + "fail_verify_error");
    this.failVerifySan = store.counter(prefix + "fail_verify_san");
    this.failVerifyCertHash = store.counter(prefix + "fail_verify_cert_hash");
    this.contextUpdateBySds = store.counter(prefix + "context_update_by_sds");
    this.stapleRequests = store.counter(prefix + "ocsp_staple_requests");
    this.stapleResponses = store.counter(prefix + "ocsp_staple_responses");
    this.stapleOmitted = store.counter(prefix + "ocsp_staple_omitted");
    this.stapleFailed = store.counter(prefix + "ocsp_staple_failed");
  }

  /** A client asks for an OCSP response. */
  void stapleRequest(int cell, Staples.Action action) {
    stapleRequests.inc(cell);
    switch (action) {
      case STAPLE -> stapleResponses.inc(cell);
      case NONE -> stapleOmitted.inc(cell);
      case FAIL -> stapleFailed.inc(cell);
    }
  }

  void updatedBySds() {
    contextUpdateBySds.inc(0);
  }

  void established(int cell, TlsInfo info, String group) {
    handshake.inc(cell);
    if (info.peer() == null) {
      noCertificate.inc(cell);
    }
    // a look-up in the store a handshake is little beside the handshake
    store.counter(prefix + "versions." + info.version()).inc(cell);
    store.counter(prefix + "ciphers." + info.cipher()).inc(cell);
    if (!group.isEmpty()) {
      store.counter(prefix + "curves." + group).inc(cell);
    }
  }

  void reused(int cell) {
    sessionReused.inc(cell);
  }

  void failed(int cell, TlsFailure failure) {
    switch (failure.kind()) {
      case PROTOCOL -> connectionError.inc(cell);
      case NO_CERTIFICATE -> failVerifyNoCert.inc(cell);
      case CHAIN -> failVerifyError.inc(cell);
      case SAN -> failVerifySan.inc(cell);
      case HASH -> failVerifyCertHash.inc(cell);
      case CLOSED -> {}
    }
  }
}
