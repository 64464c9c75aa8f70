package io.outrigger.e2e.clients;

import io.outrigger.e2e.differential.ProxyUnderTest;
import io.outrigger.e2e.differential.TestCertificates;
import io.outrigger.testkit.FreePorts;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A client's sidecar and an application's in one process, mutual TLS and HTTP/2 between them. */
final class ProxyPair implements AutoCloseable {
  private final ProxyUnderTest proxy;

  ProxyPair(Path directory, int application, int grpc) throws IOException {
    List<Integer> free = FreePorts.find(4);
    Map<String, Integer> ports =
        Map.of(
            "admin", free.get(0),
            "in", free.get(1),
            "in2", free.get(2),
            "in3", free.get(3),
            "a", application,
            "b", grpc);
    String yaml;
    try (InputStream in = ProxyPair.class.getResourceAsStream("/clients/pair.yaml")) {
      yaml = new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
    for (Map.Entry<String, Integer> port : ports.entrySet()) {
      yaml = yaml.replace("{{" + port.getKey() + "}}", port.getValue().toString());
    }
    Path own = Files.createDirectories(directory.resolve("proxy"));
    proxy = ProxyUnderTest.outrigger(TestCertificates.substitute(yaml), ports, own);
  }

  int port(boolean tls) {
    return proxy.port(tls ? "in2" : "in");
  }

  String base(boolean tls) {
    return (tls ? "https" : "http") + "://127.0.0.1:" + port(tls);
  }

  String admin(String path) throws IOException {
    return proxy.admin(path);
  }

  @Override
  public void close() {
    proxy.close();
  }
}
