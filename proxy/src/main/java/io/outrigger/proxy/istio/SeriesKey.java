package io.outrigger.proxy.istio;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What the labels of a request's or connection's series follow from. One is filled to look up. */
final class SeriesKey {
  /** What is counted together, under the same labels. */
  enum Kind {
    HTTP,
    MESSAGES,
    TCP
  }

  Kind kind = Kind.HTTP;
  @Nullable Peer caller;
  @Nullable Peer called;

  /** What the endpoint's metadata says of the one called, where it doesn't tell by itself. */
  @Nullable String endpoint;

  ServiceName service = ServiceName.UNKNOWN;

  /** The host header, where the service isn't named otherwise. */
  final PeerHeader.Bytes host;

  @Nullable String peerSan;
  @Nullable String localSan;
  boolean grpc;
  int code;
  int grpcStatus;
  long flags;

  SeriesKey() {
    this(new PeerHeader.Bytes(new byte[0], 0, 0));
  }

  private SeriesKey(PeerHeader.Bytes host) {
    this.host = host;
  }

  /** One of its own, to be kept. */
  SeriesKey copy() {
    SeriesKey copy = new SeriesKey(host.copy());
    copy.kind = kind;
    copy.caller = caller;
    copy.called = called;
    copy.endpoint = endpoint;
    copy.service = service;
    copy.peerSan = peerSan;
    copy.localSan = localSan;
    copy.grpc = grpc;
    copy.code = code;
    copy.grpcStatus = grpcStatus;
    copy.flags = flags;
    return copy;
  }

  @Override
  public boolean equals(@Nullable Object object) {
    return object instanceof SeriesKey other
        && kind == other.kind
        && code == other.code
        && grpc == other.grpc
        && grpcStatus == other.grpcStatus
        && flags == other.flags
        && Objects.equals(caller, other.caller)
        && Objects.equals(called, other.called)
        && Objects.equals(endpoint, other.endpoint)
        && Objects.equals(service.host(), other.service.host())
        && Objects.equals(service.name(), other.service.name())
        && Objects.equals(peerSan, other.peerSan)
        && Objects.equals(localSan, other.localSan)
        && host.equals(other.host);
  }

  @Override
  public int hashCode() {
    int hash = code + 31 * grpcStatus + Long.hashCode(flags) + (kind == Kind.HTTP ? 0 : 7);
    hash = 31 * hash + Objects.hashCode(caller);
    hash = 31 * hash + Objects.hashCode(called);
    hash = 31 * hash + Objects.hashCode(service.host());
    hash = 31 * hash + Objects.hashCode(peerSan);
    return 31 * hash + host.hashCode();
  }
}
