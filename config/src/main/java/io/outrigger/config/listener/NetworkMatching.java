package io.outrigger.config.listener;

import com.google.protobuf.StringValue;
import io.outrigger.config.compile.Problems;
import io.outrigger.config.compile.TypedExtension;
import io.outrigger.config.match.tree.MatchInput;
import io.outrigger.config.match.tree.MatchTreeCompiler;
import java.net.InetAddress;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What filter_chain_matcher looks at, and that its actions are the names of filter chains. */
final class NetworkMatching implements MatchTreeCompiler.Owner<ConnectionFacts, String> {
  private static final String INPUTS = "envoy.extensions.matching.common_inputs.network.v3.";

  private record Address(Function<ConnectionFacts, @Nullable InetAddress> of)
      implements MatchInput<ConnectionFacts> {
    @Override
    public @Nullable String text(ConnectionFacts facts) {
      InetAddress address = of.apply(facts);
      return address == null ? null : address.getHostAddress();
    }

    @Override
    public @Nullable InetAddress address(ConnectionFacts facts) {
      return of.apply(facts);
    }

    @Override
    public boolean isAddress() {
      return true;
    }
  }

  @Override
  public @Nullable MatchInput<ConnectionFacts> input(TypedExtension extension, Problems problems) {
    String type = extension.type();
    return switch (type.startsWith(INPUTS) ? type.substring(INPUTS.length()) : "") {
      case "DestinationIPInput" -> new Address(ConnectionFacts::destinationAddress);
      case "SourceIPInput" -> new Address(ConnectionFacts::sourceAddress);
      case "DirectSourceIPInput" -> new Address(ConnectionFacts::directSourceAddress);
      case "DestinationPortInput" ->
          facts ->
              facts.destinationAddress() == null ? null : String.valueOf(facts.destinationPort());
      case "SourcePortInput" ->
          facts -> facts.sourceAddress() == null ? null : String.valueOf(facts.sourcePort());
      case "SourceTypeInput" -> facts -> FilterChainSelection.isLocal(facts) ? "local" : null;
      case "ServerNameInput" -> facts -> orNull(facts.serverName());
      case "TransportProtocolInput" -> facts -> orNull(facts.transportProtocol());
      case "ApplicationProtocolInput" -> NetworkMatching::applicationProtocols;
      default -> {
        problems.error("'" + type + "' is not supported; inputs of " + INPUTS + " are");
        yield null;
      }
    };
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

  @Override
  public @Nullable String action(TypedExtension extension, Problems problems) {
    if (!extension.type().equals("google.protobuf.StringValue")) {
      problems.error(
          "'" + extension.type() + "' is not supported; a StringValue, a filter chain's name, is");
      return null;
    }
    StringValue name = extension.parse(StringValue.parser(), problems);
    return name == null ? null : name.getValue();
  }
}
