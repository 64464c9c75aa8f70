package io.outrigger.proxy.istio;

import io.outrigger.proxy.accesslog.ResponseFlag;
import io.outrigger.proxy.stats.Tag;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes a series' labels, in Istio's order and with its words for what isn't known. */
final class SeriesLabels {
  private static final String UNKNOWN = "unknown";
  private static final String LATEST = "latest";

  private final SeriesKey key;
  private final Reporter reporter;
  private final Peer self;
  private final List<Tag> out = new ArrayList<>(26);

  private SeriesLabels(SeriesKey key, Reporter reporter, Peer self) {
    this.key = key;
    this.reporter = reporter;
    this.self = self;
  }

  static List<Tag> of(SeriesKey key, Reporter reporter, Peer self) {
    SeriesLabels labels = new SeriesLabels(key, reporter, self);
    labels.peers();
    labels.outcome();
    return List.copyOf(labels.out);
  }

  private void peers() {
    add("reporter", reporter.label);
    switch (reporter) {
      case SOURCE -> {
        own("source", key.localSan);
        Peer called = called();
        String namespace = namespace(called);
        other("destination", called, namespace, false);
        String host = host(UNKNOWN);
        add("destination_service", host);
        canonical("destination", called);
        add("destination_service_name", serviceName(UNKNOWN));
        add("destination_service_namespace", namespace);
        add("destination_cluster", called == null ? UNKNOWN : known(called.cluster));
      }
      case DESTINATION -> {
        other("source", key.caller, namespace(key.caller), true);
        own("destination", key.localSan);
        add("destination_service_namespace", self.namespace);
        add("destination_cluster", self.cluster);
      }
      case WAYPOINT -> {
        other("source", key.caller, namespace(key.caller), true);
        Peer called = called();
        other("destination", called, called == null ? UNKNOWN : known(called.namespace), false);
        String canonical = called == null ? UNKNOWN : called.canonicalName;
        add("destination_service", host(canonical));
        canonical("destination", called);
        add("destination_service_name", serviceName(canonical));
        add("destination_service_namespace", self.namespace);
        add("destination_cluster", self.cluster);
      }
    }
  }

  /** This workload, as the source or the destination. */
  private void own(String side, @Nullable String principal) {
    boolean source = side.equals("source");
    add(side + "_workload", self.workload);
    if (source) {
      add("source_canonical_service", self.canonicalName);
      add("source_canonical_revision", self.canonicalRevision);
    }
    add(side + "_workload_namespace", self.namespace);
    add(side + "_principal", principal == null ? UNKNOWN : principal);
    add(side + "_app", self.app);
    add(side + "_version", self.version);
    if (source) {
      add("source_cluster", self.cluster);
    } else {
      add("destination_service", host(self.canonicalName));
      add("destination_canonical_service", self.canonicalName);
      add("destination_canonical_revision", self.canonicalRevision);
      add("destination_service_name", serviceName(self.canonicalName));
    }
  }

  private void other(String side, @Nullable Peer peer, String namespace, boolean source) {
    add(side + "_workload", peer == null ? UNKNOWN : known(peer.workload));
    if (source) {
      canonical(side, peer);
    }
    add(side + "_workload_namespace", namespace);
    // a waypoint's peerSan is its caller's
    boolean certified = source || reporter == Reporter.SOURCE;
    add(side + "_principal", key.peerSan == null || !certified ? UNKNOWN : key.peerSan);
    add(side + "_app", peer == null ? UNKNOWN : known(peer.app));
    add(side + "_version", peer == null ? UNKNOWN : known(peer.version));
    if (source) {
      add(side + "_cluster", peer == null ? UNKNOWN : known(peer.cluster));
    }
  }

  private void canonical(String side, @Nullable Peer peer) {
    add(side + "_canonical_service", peer == null ? UNKNOWN : known(peer.canonicalName));
    add(
        side + "_canonical_revision",
        peer == null || peer.canonicalRevision.isEmpty() ? LATEST : peer.canonicalRevision);
  }

  private @Nullable Peer called() {
    if (key.called != null || key.endpoint == null) {
      return key.called;
    }
    return Peer.ofEndpoint(key.endpoint);
  }

  /** The one in the certificate, {@code spiffe://DOMAIN/ns/NAMESPACE/sa/ACCOUNT}, else the told. */
  private String namespace(@Nullable Peer peer) {
    String san = key.peerSan;
    int at = san == null ? -1 : san.indexOf("/ns/");
    if (san != null && at >= 0) {
      int end = san.indexOf('/', at + 4);
      return san.substring(at + 4, end < 0 ? san.length() : end);
    }
    return peer == null ? UNKNOWN : known(peer.namespace);
  }

  private String host(String otherwise) {
    String host = key.service.host() != null ? key.service.host() : key.host.text();
    return host.isEmpty() ? otherwise : host;
  }

  private String serviceName(String otherwise) {
    return key.service.name() != null ? key.service.name() : host(otherwise);
  }

  private void outcome() {
    if (key.kind == SeriesKey.Kind.MESSAGES) {
      return; // counted while the outcome isn't known
    }
    if (key.kind == SeriesKey.Kind.TCP) {
      add("request_protocol", "tcp");
    } else {
      add("request_protocol", key.grpc ? "grpc" : "http");
      add("response_code", Integer.toString(key.code));
      add("grpc_response_status", key.grpc ? Integer.toString(key.grpcStatus) : "");
    }
    add("response_flags", ResponseFlag.text(key.flags));
    if (reporter == Reporter.SOURCE) {
      add("connection_security_policy", UNKNOWN);
    } else {
      boolean mutual = key.peerSan != null && key.localSan != null;
      add("connection_security_policy", mutual ? "mutual_tls" : "none");
    }
  }

  private static String known(String text) {
    return text.isEmpty() ? UNKNOWN : text;
  }

  private void add(String name, String value) {
    out.add(new Tag(name, value));
  }
}
