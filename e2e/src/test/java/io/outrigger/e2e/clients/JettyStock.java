package io.outrigger.e2e.clients;

import java.io.ByteArrayInputStream;
import javax.net.ssl.SSLContext;
import org.eclipse.jetty.client.BytesRequestContent;
import org.eclipse.jetty.client.CompletableResponseListener;
import org.eclipse.jetty.client.ContentResponse;
import org.eclipse.jetty.client.ContentSourceRequestContent;
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.client.Request;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.jspecify.annotations.Nullable;

/** Jetty's client. */
final class JettyStock implements StockClient {
  private final HttpClient client = new HttpClient();

  JettyStock(SSLContext trust) throws Exception {
    SslContextFactory.Client tls = new SslContextFactory.Client();
    tls.setSslContext(trust);
    client.setSslContextFactory(tls);
    client.start();
  }

  @Override
  public Answer send(String method, String url, byte @Nullable [] body, boolean streamed)
      throws Exception {
    Request request = client.newRequest(url).method(method);
    if (body != null) {
      request.body(
          streamed
              ? new ContentSourceRequestContent(Content.Source.from(new ByteArrayInputStream(body)))
              : new BytesRequestContent(body));
    }

    ContentResponse response = new CompletableResponseListener(request, 16 << 20).send().get();
    return new Answer(response.getStatus(), response.getContent());
  }

  @Override
  public void close() throws Exception {
    client.stop();
  }
}
