package io.outrigger.config.route;

import static org.assertj.core.api.Assertions.assertThat;

import io.outrigger.config.route.VirtualHost.RequireTls;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VirtualHostIndexTest {
  private static final List<String> DOMAINS =
      List.of(
          "example.com",
          "www.example.com:8080",
          "*.example.com",
          "*-test.example.com",
          "*.deep.example.com",
          "api.*",
          "api.internal.*",
          "UPPER.org",
          "*");

  @ParameterizedTest
  @CsvSource({
    "example.com, example.com",
    "EXAMPLE.com, example.com",
    "upper.ORG, UPPER.org",
    "example.com:80, *",
    "www.example.com:8080, www.example.com:8080",
    "www.example.com, *.example.com",
    "a-test.example.com, *-test.example.com",
    "x.deep.example.com, *.deep.example.com",
    "deep.example.com, *.example.com",
    ".example.com, *",
    "api.org, api.*",
    "api.internal.org, api.internal.*",
    "api., *",
    "api.example.com, *.example.com",
    "nobody.net, *",
    "'', *",
  })
  void findsTheMostSpecificDomain(String authority, String domain) {
    VirtualHost found = find(new VirtualHostIndex(hosts(DOMAINS)), authority);
    assertThat(found).isNotNull();
    assertThat(found.name()).isEqualTo(domain);
  }

  @Test
  void findsNoneWithoutAWildcard() {
    VirtualHostIndex index = new VirtualHostIndex(hosts(List.of("a.com")));
    assertThat(find(index, "b.com")).isNull();
    assertThat(find(index, "a.co")).isNull();
    assertThat(find(index, "")).isNull();
  }

  @Test
  void keepsThousandsApart() {
    List<String> domains = new ArrayList<>();
    for (int i = 0; i < 5000; i++) {
      domains.add("service-" + i + ".ns.svc.cluster.local:80");
    }
    VirtualHostIndex index = new VirtualHostIndex(hosts(domains));
    for (String domain : domains) {
      assertThat(find(index, domain)).isNotNull().extracting(VirtualHost::name).isEqualTo(domain);
    }
    assertThat(find(index, "service-5000.ns.svc.cluster.local:80")).isNull();
  }

  private static VirtualHost find(VirtualHostIndex index, String authority) {
    byte[] data = ("xx" + authority + "yy").getBytes(StandardCharsets.ISO_8859_1);
    return index.find(data, 2, authority.length());
  }

  private static List<VirtualHost> hosts(List<String> domains) {
    return domains.stream()
        .map(domain -> new VirtualHost(domain, List.of(domain), RequireTls.NONE, List.of()))
        .toList();
  }
}
