package io.outrigger.e2e.clients;

import javax.net.ssl.SSLContext;
import javax.net.ssl.X509TrustManager;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import okio.BufferedSink;
import org.jspecify.annotations.Nullable;

/** OkHttp: HTTP/1.1 in plaintext, HTTP/2 by ALPN in TLS. */
final class OkHttpStock implements StockClient {
  private final OkHttpClient client;

  OkHttpStock(SSLContext trust, X509TrustManager manager) {
    client = new OkHttpClient.Builder().sslSocketFactory(trust.getSocketFactory(), manager).build();
  }

  @Override
  public Answer send(String method, String url, byte @Nullable [] body, boolean streamed)
      throws Exception {
    RequestBody content = null;
    if (body != null) {
      content = streamed ? new Streamed(body) : RequestBody.create(body);
    }
    Request request = new Request.Builder().url(url).method(method, content).build();
    try (Response response = client.newCall(request).execute()) {
      return new Answer(response.code(), response.body().bytes());
    }
  }

  @Override
  public void close() {
    client.dispatcher().executorService().shutdown();
    client.connectionPool().evictAll();
  }

  /** A body that doesn't know its length. */
  private static final class Streamed extends RequestBody {
    private final byte[] bytes;

    Streamed(byte[] bytes) {
      this.bytes = bytes;
    }

    @Override
    public @Nullable MediaType contentType() {
      return null;
    }

    @Override
    public void writeTo(BufferedSink sink) throws java.io.IOException {
      sink.write(bytes);
    }
  }
}
