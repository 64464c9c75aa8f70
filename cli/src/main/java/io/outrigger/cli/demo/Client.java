package io.outrigger.cli.demo;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/** Asks the shop for pages, one after another. */
final class Client {
  private final HttpClient client =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(5))
          .build();

  private final URI page;

  /** Asks for the reviews alone. */
  Client() {
    this("/reviews");
  }

  Client(String path) {
    this.page = DemoCommand.frontend().resolve(path);
  }

  /** The version of the reviews that a page shows. */
  String version() throws IOException, InterruptedException {
    HttpResponse<String> response =
        client.send(
            HttpRequest.newBuilder(page).timeout(Duration.ofSeconds(15)).build(),
            HttpResponse.BodyHandlers.ofString());
    String body = response.body();
    int at = body.indexOf("reviews v");
    if (response.statusCode() != 200 || at < 0) {
      throw new IOException(response.statusCode() + " " + body.strip());
    }
    return body.substring(at + 8, body.indexOf(':', at));
  }
}
