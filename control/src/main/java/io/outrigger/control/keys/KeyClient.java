package io.outrigger.control.keys;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Fetches keys, with the system's roots. It follows five redirects at most, and none from HTTPS to
 * HTTP; an answer has its time, all of it, and its size.
 */
final class KeyClient implements AutoCloseable {
  private static final int LONGEST = 1 << 20;

  private final HttpClient client =
      HttpClient.newBuilder().followRedirects(HttpClient.Redirect.NORMAL).build();

  /** The JWKS of a source; the message of what is thrown says what went wrong. */
  String fetch(KeySource source) throws IOException, InterruptedException {
    String address = source.address();
    if (source.uri().isEmpty()) {
      String found = JwksText.jwksUri(get(source.address(), source));
      if (found == null) {
        throw new IOException(source.address() + " has no jwks_uri");
      }
      address = found;
    }
    String jwks = get(address, source);
    if (!JwksText.hasKeys(jwks)) {
      throw new IOException(
          address + " answers no JWKS: an object whose \"keys\" is a list of keys");
    }
    return jwks;
  }

  private String get(String address, KeySource source) throws IOException, InterruptedException {
    HttpRequest request;
    try {
      request =
          HttpRequest.newBuilder(URI.create(address)).header("accept", "application/json").build();
    } catch (IllegalArgumentException e) {
      throw new IOException(address + " is no address of HTTP", e);
    }
    CompletableFuture<HttpResponse<byte[]>> answer =
        client.sendAsync(request, BodyHandlers.limiting(BodyHandlers.ofByteArray(), LONGEST));
    try {
      HttpResponse<byte[]> response =
          answer.get(source.timeout().toMillis(), TimeUnit.MILLISECONDS);
      if (response.statusCode() != 200) {
        throw new IOException(address + " answers " + response.statusCode());
      }
      return new String(response.body(), StandardCharsets.UTF_8);
    } catch (TimeoutException e) {
      throw new IOException(
          address + " has not answered within " + source.timeout().toMillis() + " ms", e);
    } catch (ExecutionException e) {
      throw new IOException(address + ": " + e.getCause(), e);
    } finally {
      answer.cancel(true);
    }
  }

  @Override
  public void close() {
    client.shutdownNow();
  }
}
