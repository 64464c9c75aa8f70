package io.outrigger.proxy.intercept;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.outrigger.proxy.intercept.Interception.Mode;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InterceptRulesTest {
  @Test
  void everythingButTheProxysOwnIsTaken() {
    assertThat(RuleSet.of(Interception.all(Mode.REDIRECT, 1337), false))
        .containsExactly(
            "-A ISTIO_REDIRECT -p tcp -j REDIRECT --to-ports 15001",
            "-A ISTIO_IN_REDIRECT -p tcp -j REDIRECT --to-ports 15006",
            "-A PREROUTING -p tcp -j ISTIO_INBOUND",
            "-A ISTIO_INBOUND -p tcp --dport 15008 -j RETURN",
            "-A ISTIO_INBOUND -p tcp --dport 15090 -j RETURN",
            "-A ISTIO_INBOUND -p tcp --dport 15021 -j RETURN",
            "-A ISTIO_INBOUND -p tcp --dport 15020 -j RETURN",
            "-A ISTIO_INBOUND -p tcp -j ISTIO_IN_REDIRECT",
            "-A OUTPUT -p tcp -j ISTIO_OUTPUT",
            "-A ISTIO_OUTPUT -o lo -s 127.0.0.6/32 -j RETURN",
            "-A ISTIO_OUTPUT -o lo ! -d 127.0.0.1/32 -p tcp ! --dport 15008"
                + " -m owner --uid-owner 1337 -j ISTIO_IN_REDIRECT",
            "-A ISTIO_OUTPUT -o lo -m owner ! --uid-owner 1337 -j RETURN",
            "-A ISTIO_OUTPUT -m owner --uid-owner 1337 -j RETURN",
            "-A ISTIO_OUTPUT -d 127.0.0.1/32 -j RETURN",
            "-A ISTIO_OUTPUT -j ISTIO_REDIRECT");
  }

  @Test
  void withTproxyWhatComesInKeepsItsAddresses() {
    Interception all = Interception.all(Mode.TPROXY, 1337);
    assertThat(TproxyRules.of(all))
        .containsExactly(
            "-A PREROUTING -p tcp -j ISTIO_INBOUND",
            "-A ISTIO_INBOUND -i lo -p tcp -m mark --mark 0x539 -j CONNMARK --save-mark",
            "-A ISTIO_INBOUND -i lo -j RETURN",
            "-A ISTIO_INBOUND -p tcp --dport 15008 -j RETURN",
            "-A ISTIO_INBOUND -p tcp --dport 15090 -j RETURN",
            "-A ISTIO_INBOUND -p tcp --dport 15021 -j RETURN",
            "-A ISTIO_INBOUND -p tcp --dport 15020 -j RETURN",
            "-A ISTIO_INBOUND -p tcp -j ISTIO_TPROXY",
            "-A ISTIO_TPROXY -p tcp --syn -j CONNMARK --set-mark 0x53a",
            "-A ISTIO_TPROXY -p tcp --syn -j TPROXY --on-port 15006 --tproxy-mark 0x539",
            "-A ISTIO_TPROXY -p tcp -m connmark --mark 0x53a -m conntrack --ctdir ORIGINAL"
                + " -j TPROXY --on-port 15006 --tproxy-mark 0x539",
            "-A OUTPUT -p tcp -j ISTIO_OUTPUT",
            "-A ISTIO_OUTPUT -p tcp -m connmark --mark 0x539 -j CONNMARK --restore-mark");
    assertThat(RuleSet.of(all, false))
        .containsExactly(
            "-A ISTIO_REDIRECT -p tcp -j REDIRECT --to-ports 15001",
            "-A ISTIO_IN_REDIRECT -p tcp -j REDIRECT --to-ports 15006",
            "-A OUTPUT -p tcp -j ISTIO_OUTPUT",
            "-A ISTIO_OUTPUT -m mark --mark 0x539 -j RETURN",
            "-A ISTIO_OUTPUT -o lo -s 127.0.0.6/32 -j RETURN",
            "-A ISTIO_OUTPUT -o lo ! -d 127.0.0.1/32 -p tcp ! --dport 15008"
                + " -m owner --uid-owner 1337 -j ISTIO_IN_REDIRECT",
            "-A ISTIO_OUTPUT -o lo -m owner ! --uid-owner 1337 -j RETURN",
            "-A ISTIO_OUTPUT -m owner --uid-owner 1337 -j RETURN",
            "-A ISTIO_OUTPUT -d 127.0.0.1/32 -j RETURN",
            "-A ISTIO_OUTPUT -j ISTIO_REDIRECT");
  }

  @Test
  void whoeverIsOneOfTheProxysUsersAndGroupsIsTheProxy() {
    Interception interception =
        new Interception(
            Mode.TPROXY,
            1,
            2,
            List.of(1337),
            List.of(1337),
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            Interception.More.NONE);
    assertThat(RuleSet.of(interception, false))
        .containsSubsequence(
            "-A ISTIO_OUTPUT -o lo ! -d 127.0.0.1/32 -p tcp ! --dport 15008"
                + " -m owner --uid-owner 1337 -j ISTIO_IN_REDIRECT",
            "-A ISTIO_OUTPUT -o lo ! -d 127.0.0.1/32 -p tcp ! --dport 15008"
                + " -m owner --gid-owner 1337 -j ISTIO_IN_REDIRECT",
            "-A ISTIO_OUTPUT -o lo -m owner ! --uid-owner 1337 -m owner ! --gid-owner 1337"
                + " -j RETURN",
            "-A ISTIO_OUTPUT -m owner --uid-owner 1337 -j RETURN",
            "-A ISTIO_OUTPUT -m owner --gid-owner 1337 -j RETURN")
        .doesNotContain("-A ISTIO_OUTPUT -o lo -m owner ! --uid-owner 1337 -j RETURN");
  }

  @Test
  void theWholeOfItCanBeShown() {
    assertThat(Iptables.print(Interception.all(Mode.TPROXY, 1337)).lines())
        .containsSubsequence(
            "# iptables-restore --noflush",
            "*mangle",
            ":ISTIO_TPROXY - [0:0]",
            "COMMIT",
            "*nat",
            "COMMIT",
            "# ip6tables-restore --noflush",
            "# routes",
            "ip -4 rule add fwmark 1337 lookup 133",
            "ip -4 route replace local default dev lo table 133",
            "ip -6 rule add fwmark 1337 lookup 133",
            "ip -6 route replace local default dev lo table 133");
    assertThat(Iptables.print(Interception.all(Mode.REDIRECT, 1337)))
        .doesNotContain("mangle")
        .doesNotContain("routes");
  }

  @Test
  void whatIsExcludedStaysOutAndFamiliesKeepTheirRanges() {
    Interception interception =
        new Interception(
            Mode.REDIRECT,
            1,
            2,
            List.of(),
            List.of(7),
            List.of(8080),
            List.of(22),
            List.of(3306),
            List.of(Cidr.parse("10.0.0.0/8"), Cidr.parse("fd00::/8")),
            List.of(Cidr.parse("10.1.0.0/16")),
            Interception.More.NONE);
    List<String> v4 = RuleSet.of(interception, false);
    assertThat(v4)
        .containsSubsequence(
            "-A ISTIO_INBOUND -p tcp --dport 22 -j RETURN",
            "-A ISTIO_INBOUND -p tcp --dport 8080 -j ISTIO_IN_REDIRECT",
            "-A ISTIO_OUTPUT -p tcp --dport 3306 -j RETURN",
            "-A ISTIO_OUTPUT -m owner --gid-owner 7 -j RETURN",
            "-A ISTIO_OUTPUT -d 10.1.0.0/16 -j RETURN",
            "-A ISTIO_OUTPUT -d 10.0.0.0/8 -j ISTIO_REDIRECT")
        .noneMatch(line -> line.contains("fd00"))
        .doesNotContain("-A ISTIO_INBOUND -p tcp -j ISTIO_IN_REDIRECT")
        .doesNotContain("-A ISTIO_OUTPUT -j ISTIO_REDIRECT");
    assertThat(RuleSet.of(interception, true))
        .contains(
            "-A ISTIO_OUTPUT -o lo -s ::6/128 -j RETURN",
            "-A ISTIO_OUTPUT -d ::1/128 -j RETURN",
            "-A ISTIO_OUTPUT -d fd00:0:0:0:0:0:0:0/8 -j ISTIO_REDIRECT")
        .noneMatch(line -> line.contains("10."));
  }

  @Test
  void nothingButSomePortsIsTaken() {
    Interception interception =
        new Interception(
            Mode.REDIRECT,
            1,
            2,
            List.of(7),
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            new Interception.More(false, false, List.of(5432), List.of("eth1")));
    assertThat(RuleSet.of(interception, false))
        .containsSubsequence(
            "-A ISTIO_INBOUND -i eth1 -j RETURN",
            "-A ISTIO_OUTPUT -o eth1 -j RETURN",
            "-A ISTIO_OUTPUT -p tcp --dport 5432 -j ISTIO_REDIRECT")
        .doesNotContain("-A ISTIO_INBOUND -p tcp -j ISTIO_IN_REDIRECT")
        .doesNotContain("-A ISTIO_OUTPUT -j ISTIO_REDIRECT");
    assertThatThrownBy(
            () -> new Interception.More(true, true, List.of(), List.of("eth0 -j ACCEPT")))
        .hasMessageContaining("isn't a network interface");
  }

  @Test
  void theProxysOwnTrafficMustBeLeftAlone() {
    assertThatThrownBy(
            () ->
                new Interception(
                    Mode.REDIRECT,
                    1,
                    2,
                    List.of(),
                    List.of(),
                    List.of(),
                    List.of(),
                    List.of(),
                    List.of(),
                    List.of(),
                    Interception.More.NONE))
        .hasMessageContaining("no user or group");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "10.0.0.0/33",
        "10.0.0/8",
        "example.com",
        "::/129",
        "1.2.3.4/x",
        "1.2.3.4/8 -j ACCEPT"
      })
  void whatIsNoRangeIsRefused(String text) {
    assertThatThrownBy(() -> Cidr.parse(text)).hasMessageContaining("isn't a range of addresses");
  }
}
