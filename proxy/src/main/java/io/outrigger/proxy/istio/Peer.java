package io.outrigger.proxy.istio;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A workload as Istio's metrics name it; what isn't known of it is empty. */
public final class Peer {
  private static final String CANONICAL_NAME = "service.istio.io/canonical-name";
  private static final String CANONICAL_REVISION = "service.istio.io/canonical-revision";

  /** Longer than any name of Kubernetes. */
  static final int LONGEST = 256;

  private final String instance;
  private final String owner;
  final String workload;
  final String namespace;
  final String canonicalName;
  final String canonicalRevision;
  final String app;
  final String version;
  final String cluster;
  private final int hash;

  private Peer(
      String instance,
      String owner,
      String workload,
      String namespace,
      String canonicalName,
      String canonicalRevision,
      String app,
      String version,
      String cluster) {
    this.instance = instance;
    this.owner = owner;
    this.workload = workload;
    this.namespace = namespace;
    this.canonicalName = canonicalName;
    this.canonicalRevision = canonicalRevision;
    this.app = app;
    this.version = version;
    this.cluster = cluster;
    this.hash =
        Objects.hash(workload, namespace, canonicalName, canonicalRevision, app, version, cluster);
  }

  /** From a node's metadata, or from what a peer sent of its own. */
  public static Peer of(Struct metadata) {
    Value labels = metadata.getFieldsMap().get("LABELS");
    Struct labeled =
        labels != null && labels.hasStructValue()
            ? labels.getStructValue()
            : Struct.getDefaultInstance();
    return new Peer(
        text(metadata, "NAME"),
        text(metadata, "OWNER"),
        text(metadata, "WORKLOAD_NAME"),
        text(metadata, "NAMESPACE"),
        text(labeled, CANONICAL_NAME),
        text(labeled, CANONICAL_REVISION),
        text(labeled, "app"),
        text(labeled, "version"),
        text(metadata, "CLUSTER_ID"));
  }

  /**
   * From an endpoint's metadata {@code workload;namespace;name;revision;cluster}; null where it has
   * another form.
   */
  static @Nullable Peer ofEndpoint(String encoded) {
    String[] parts = encoded.split(";", -1);
    return parts.length < 5
        ? null
        : new Peer("", "", parts[0], parts[1], parts[2], parts[3], "", "", parts[4]);
  }

  /** What a peer is sent. */
  Struct toStruct() {
    Struct.Builder labels = Struct.newBuilder();
    put(labels, CANONICAL_NAME, canonicalName);
    put(labels, CANONICAL_REVISION, canonicalRevision);
    put(labels, "app", app);
    put(labels, "version", version);
    Struct.Builder out = Struct.newBuilder();
    put(out, "NAME", instance);
    put(out, "NAMESPACE", namespace);
    put(out, "OWNER", owner);
    put(out, "WORKLOAD_NAME", workload);
    put(out, "CLUSTER_ID", cluster);
    return out.putFields("LABELS", Value.newBuilder().setStructValue(labels).build()).build();
  }

  private static void put(Struct.Builder out, String name, String value) {
    if (!value.isEmpty()) {
      out.putFields(name, Value.newBuilder().setStringValue(value).build());
    }
  }

  private static String text(Struct struct, String name) {
    Value value = struct.getFieldsMap().get(name);
    String text = value == null ? "" : value.getStringValue();
    return text.length() > LONGEST ? text.substring(0, LONGEST) : text;
  }

  @Override
  public boolean equals(@Nullable Object object) {
    return object == this
        || (object instanceof Peer other
            && hash == other.hash
            && workload.equals(other.workload)
            && namespace.equals(other.namespace)
            && canonicalName.equals(other.canonicalName)
            && canonicalRevision.equals(other.canonicalRevision)
            && app.equals(other.app)
            && version.equals(other.version)
            && cluster.equals(other.cluster));
  }

  @Override
  public int hashCode() {
    return hash;
  }
}
