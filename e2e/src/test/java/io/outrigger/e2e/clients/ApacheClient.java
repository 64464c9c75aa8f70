package io.outrigger.e2e.clients;

import java.io.ByteArrayInputStream;
import java.net.URI;
import javax.net.ssl.SSLContext;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.http.io.entity.EntityUtils;
import org.apache.hc.core5.http.io.entity.InputStreamEntity;
import org.jspecify.annotations.Nullable;

/** Apache HttpClient 5, classic: offers upgrades to TLS in plaintext. */
final class ApacheClient implements StockClient {
  private final CloseableHttpClient client;

  ApacheClient(SSLContext trust) {
    client =
        HttpClients.custom()
            .setConnectionManager(
                PoolingHttpClientConnectionManagerBuilder.create()
                    .setTlsSocketStrategy(new DefaultClientTlsStrategy(trust))
                    .build())
            .build();
  }

  @Override
  public Answer send(String method, String url, byte @Nullable [] body, boolean streamed)
      throws Exception {
    HttpUriRequestBase request = new HttpUriRequestBase(method, URI.create(url));
    if (body != null) {
      ContentType type = ContentType.APPLICATION_OCTET_STREAM;
      request.setEntity(
          streamed
              ? new InputStreamEntity(new ByteArrayInputStream(body), type)
              : new ByteArrayEntity(body, type));
    }
    return client.execute(
        request,
        response ->
            new Answer(
                response.getCode(),
                response.getEntity() == null
                    ? new byte[0]
                    : EntityUtils.toByteArray(response.getEntity())));
  }

  @Override
  public void close() throws Exception {
    client.close();
  }
}
