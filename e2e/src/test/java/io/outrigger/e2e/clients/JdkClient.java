package io.outrigger.e2e.clients;

import java.io.ByteArrayInputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** java.net.http: offers h2c in plaintext, HTTP/2 by ALPN in TLS. */
final class JdkClient implements StockClient {
  private final HttpClient client;

  JdkClient(SSLContext trust) {
    client =
        HttpClient.newBuilder()
            .sslContext(trust)
            .followRedirects(HttpClient.Redirect.NORMAL)
            .build();
  }

  @Override
  public Answer send(String method, String url, byte @Nullable [] body, boolean streamed)
      throws Exception {
    HttpRequest.BodyPublisher publisher =
        body == null
            ? BodyPublishers.noBody()
            : streamed
                ? BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body))
                : BodyPublishers.ofByteArray(body);
    HttpResponse<byte[]> response =
        client.send(
            HttpRequest.newBuilder(URI.create(url)).method(method, publisher).build(),
            HttpResponse.BodyHandlers.ofByteArray());
    return new Answer(response.statusCode(), response.body());
  }

  @Override
  public void close() {
    client.close();
  }
}
