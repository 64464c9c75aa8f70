package io.outrigger.config.listener;

import io.outrigger.config.address.IpText;
import io.outrigger.config.match.tree.MatchInput;
import java.net.InetAddress;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The inputs of envoy.extensions.matching.common_inputs.network: what is known of a connection. */
public final class NetworkInputs {
  public static final String PACKAGE = "envoy.extensions.matching.common_inputs.network.v3.";

  private NetworkInputs() {}

  private record Address<C>(Function<C, @Nullable InetAddress> of) implements MatchInput<C> {
    @Override
    public @Nullable String text(C context) {
      InetAddress address = of.apply(context);
      return address == null ? null : IpText.of(address);
    }

    @Override
    public @Nullable InetAddress address(C context) {
      return of.apply(context);
    }

    @Override
    public boolean isAddress() {
      return true;
    }
  }

  /**
   * The input of this type, or null; {@code connection} finds the connection of what is matched.
   */
  public static <C> @Nullable MatchInput<C> find(
      String type, Function<C, ConnectionFacts> connection) {
    return switch (type.startsWith(PACKAGE) ? type.substring(PACKAGE.length()) : "") {
      case "DestinationIPInput" -> address(connection, ConnectionFacts::destinationAddress);
      case "SourceIPInput" -> address(connection, ConnectionFacts::sourceAddress);
      case "DirectSourceIPInput" -> address(connection, ConnectionFacts::directSourceAddress);
      case "DestinationPortInput" ->
          text(
              connection,
              facts ->
                  facts.destinationAddress() == null
                      ? null
                      : String.valueOf(facts.destinationPort()));
      case "SourcePortInput" ->
          text(
              connection,
              facts -> facts.sourceAddress() == null ? null : String.valueOf(facts.sourcePort()));
      case "SourceTypeInput" ->
          text(connection, facts -> FilterChainSelection.isLocal(facts) ? "local" : null);
      case "ServerNameInput" -> text(connection, facts -> orNull(facts.serverName()));
      case "TransportProtocolInput" -> text(connection, facts -> orNull(facts.transportProtocol()));
      case "ApplicationProtocolInput" -> text(connection, NetworkInputs::applicationProtocols);
      default -> null;
    };
  }

  private static <C> MatchInput<C> address(
      Function<C, ConnectionFacts> connection,
      Function<ConnectionFacts, @Nullable InetAddress> which) {
    return new Address<>(context -> which.apply(connection.apply(context)));
  }

  private static <C> MatchInput<C> text(
      Function<C, ConnectionFacts> connection, Function<ConnectionFacts, @Nullable String> which) {
    return context -> which.apply(connection.apply(context));
  }

  private static @Nullable String orNull(String text) {
    return text.isEmpty() ? null : text;
  }

  /** {@code 'h2','http/1.1'}. */
  private static @Nullable String applicationProtocols(ConnectionFacts facts) {
    StringBuilder all = new StringBuilder();
    for (String protocol : facts.applicationProtocols()) {
      all.append(all.isEmpty() ? "'" : ",'").append(protocol).append('\'');
    }
    return all.isEmpty() ? null : all.toString();
  }
}
