package io.outrigger.config.match.tree;

import static org.assertj.core.api.Assertions.assertThat;

import io.outrigger.config.match.CidrRange;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What matches but leads to nothing is passed over; the narrowest and the longest come first. */
class MatchTreeTest {
  private static final MatchInput<String> TEXT = text -> text;

  private static MatchTree.OnMatch<String, String> action(String action) {
    return new MatchTree.OnMatch<>(action, null);
  }

  private static MatchTree.OnMatch<String, String> onlyExact(String text, String action) {
    return new MatchTree.OnMatch<>(
        null, new MatchTree.Exact<>(TEXT, Map.of(text, action(action)), null));
  }

  @Test
  void aLongerPrefixThatLeadsToNothingLeavesItToTheShorter() {
    MatchTree<String, String> tree =
        new MatchTree.Prefixes<>(
            TEXT,
            List.of(
                new MatchTree.Prefixes.Prefix<>("/ab", onlyExact("/abc", "long")),
                new MatchTree.Prefixes.Prefix<>("/a", action("short"))),
            action("none"));
    assertThat(tree.match("/abc")).isEqualTo("long");
    assertThat(tree.match("/abd")).isEqualTo("short");
    assertThat(tree.match("/b")).isEqualTo("none");
  }

  @Test
  void anExclusiveRangeCountsOnlyWithoutANarrowerOne() throws UnknownHostException {
    MatchInput<String> address = new AddressInput();
    MatchTree<String, String> tree =
        new MatchTree.Ranges<>(
            address,
            List.of(
                range("10.1.0.0", 16, onlyExact("10.1.0.1", "narrow"), false),
                range("10.0.0.0", 8, action("exclusive"), true),
                range("0.0.0.0", 0, action("all"), false)),
            action("none"));
    assertThat(tree.match("10.1.0.1")).isEqualTo("narrow");
    assertThat(tree.match("10.1.0.2")).isEqualTo("all");
    assertThat(tree.match("10.2.0.1")).isEqualTo("exclusive");
    assertThat(tree.match("::1")).isEqualTo("none");
  }

  private static MatchTree.Ranges.Range<String, String> range(
      String address, int length, MatchTree.OnMatch<String, String> onMatch, boolean exclusive)
      throws UnknownHostException {
    return new MatchTree.Ranges.Range<>(
        new CidrRange(InetAddress.getByName(address), length), onMatch, exclusive);
  }

  private static final class AddressInput implements MatchInput<String> {
    @Override
    public String text(String context) {
      return context;
    }

    @Override
    public InetAddress address(String context) {
      try {
        return InetAddress.getByName(context);
      } catch (UnknownHostException e) {
        throw new IllegalArgumentException(e);
      }
    }
  }
}
