package io.outrigger.e2e.clients;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.ssl.SslContext;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.http.client.HttpClient;

/** Reactor Netty. */
final class ReactorStock implements StockClient {
  private final HttpClient client;

  ReactorStock(SslContext trust) {
    client = HttpClient.create().followRedirect(true).secure(spec -> spec.sslContext(trust));
  }

  @Override
  public Answer send(String method, String url, byte @Nullable [] body, boolean streamed) {
    HttpClient to = url.startsWith("https:") ? client : client.noSSL();
    Flux<Answer> answers =
        to.request(HttpMethod.valueOf(method))
            .uri(url)
            .send(
                (request, outbound) -> {
                  if (body == null) {
                    return outbound;
                  }
                  if (!streamed) {
                    request.header("content-length", Integer.toString(body.length));
                  }
                  return outbound.send(Mono.just(Unpooled.wrappedBuffer(body)));
                })
            .response(
                (response, content) ->
                    content
                        .aggregate()
                        .asByteArray()
                        .defaultIfEmpty(new byte[0])
                        .map(bytes -> new Answer(response.status().code(), bytes)));
    Answer answer = answers.blockLast();
    if (answer == null) {
      throw new AssertionError("no answer");
    }
    return answer;
  }

  @Override
  public void close() {}
}
