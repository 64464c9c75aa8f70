package io.outrigger.xds;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import io.envoyproxy.envoy.config.core.v3.Node;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The client's side of one aggregated discovery stream: a state machine without I/O.
 *
 * <p>After any call, send what {@link #poll} gives until it gives null. Subscriptions and the
 * versions that the client holds outlive the stream. Not thread-safe: one owner calls it.
 */
public final class AdsClient {
  private final Node node;
  private final ClientProtocol protocol;
  private final Map<ResourceType, Subscription> subscriptions = new EnumMap<>(ResourceType.class);
  private boolean open;
  private boolean nodeSent;
  private int stream;

  private AdsClient(Node node, ClientProtocol protocol) {
    this.node = node;
    this.protocol = protocol;
  }

  /** A client of the incremental protocol. */
  public static AdsClient delta(Node node) {
    return new AdsClient(node, new DeltaClient());
  }

  /** A client of the state-of-the-world protocol. */
  public static AdsClient sotw(Node node) {
    return new AdsClient(node, new SotwClient());
  }

  /** Whether names travel one by one, so that one can be asked for beside others. */
  public boolean isIncremental() {
    return protocol instanceof DeltaClient;
  }

  /** The path of the gRPC method that this client speaks. */
  public String method() {
    return protocol.method();
  }

  /** Asks for these names as well. */
  public void subscribe(ResourceType type, Collection<String> names) {
    subscription(type).add(names);
  }

  /** Asks for every resource of the type that the server has for this node. */
  public void subscribeAll(ResourceType type) {
    subscription(type).add(List.of(Subscription.WILDCARD));
  }

  /** Asks for these names no longer; what was known of them is forgotten. */
  public void unsubscribe(ResourceType type, Collection<String> names) {
    subscription(type).drop(names);
  }

  /** Asks the server to send these again, though their names are subscribed already. */
  public void refresh(ResourceType type, Collection<String> names) {
    subscription(type).refresh(names);
  }

  /** Says what this client holds already, as restored from disk: versions by name. */
  public void remember(ResourceType type, Map<String, String> versions) {
    subscription(type).held.putAll(versions);
  }

  /** The versions that this client holds, by name; a read-only view. */
  public Map<String, String> versions(ResourceType type) {
    return Collections.unmodifiableMap(subscription(type).held);
  }

  /** A stream was opened: the first requests of every subscribed type are due. */
  public void open() {
    open = true;
    nodeSent = false;
    stream++;
    subscriptions.values().forEach(Subscription::startStream);
  }

  /** The stream ended; nothing is due until the next {@link #open}. */
  public void close() {
    open = false;
    subscriptions.values().forEach(Subscription::startStream);
  }

  /** The next request to send, or null when none is due. */
  public @Nullable MessageLite poll() {
    if (!open) {
      return null;
    }
    for (Subscription subscription : subscriptions.values()) {
      if (!subscription.hasDue()) {
        continue;
      }
      boolean first = !subscription.started;
      // The node goes on a stream's first message only, as Envoy's set_node_on_first_message_only.
      MessageLite request = protocol.request(subscription, first, nodeSent ? null : node);
      nodeSent = true;
      subscription.started = true;
      subscription.added.clear();
      subscription.dropped.clear();
      return request;
    }
    return null;
  }

  /**
   * Reads a response. Null when it is of a type that wasn't asked for; otherwise every update must
   * be answered once.
   *
   * @throws InvalidProtocolBufferException if it isn't a discovery response; reset the stream
   */
  public @Nullable ResourceUpdate receive(ByteString response)
      throws InvalidProtocolBufferException {
    ResourceUpdate update = protocol.read(response, this::started, stream);
    if (update != null) {
      subscription(update.type()).unanswered++;
    }
    return update;
  }

  private @Nullable Subscription started(ResourceType type) {
    Subscription subscription = subscriptions.get(type);
    return subscription != null && subscription.started ? subscription : null;
  }

  /**
   * Acknowledges an update. Resources that aren't among {@code rejections} are taken as applied;
   * with any rejection the answer is a NACK that names each.
   */
  public void answer(ResourceUpdate update, List<Rejection> rejections) {
    subscription(update.type()).settle(update, rejections, open && update.stream() == stream);
  }

  private Subscription subscription(ResourceType type) {
    return subscriptions.computeIfAbsent(type, Subscription::new);
  }
}
