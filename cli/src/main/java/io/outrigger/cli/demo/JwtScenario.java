package io.outrigger.cli.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;

/** Reviews are for those who show a token of the shop's that says that they are readers. */
final class JwtScenario implements Scenario {
  private static final String HEADER = "authorization";

  @Override
  public String name() {
    return "jwt";
  }

  @Override
  public String summary() {
    return "Reviews need a token of the shop's whose group is readers; some lie in target/demo.";
  }

  @Override
  public void begin(Trial trial) throws IOException, InterruptedException {
    try {
      DemoTokens shop = new DemoTokens();
      Instant soon = Instant.now().plus(Duration.ofHours(12));
      write(trial, "reader", shop.token("ann", "readers", soon));
      write(trial, "guest", shop.token("bob", "guests", soon));
      write(trial, "expired", shop.token("ann", "readers", Instant.now().minusSeconds(3600)));
      write(trial, "forged", new DemoTokens().token("mallory", "readers", soon));
      // the key is made here, so that no key lies in a repository
      Files.writeString(
          trial.config().resolve("tokens.yaml"),
          """
          apiVersion: security.istio.io/v1
          kind: RequestAuthentication
          metadata: {name: shop-tokens, namespace: shop}
          spec:
            selector: {matchLabels: {app: reviews}}
            jwtRules:
            - issuer: %s
              forwardOriginalToken: true
              jwks: '%s'
          """
              .formatted(DemoTokens.ISSUER, shop.keySet()));
    } catch (GeneralSecurityException e) {
      throw new IOException("tokens can't be made: " + e.getMessage(), e);
    }
  }

  private static void write(Trial trial, String name, String token) throws IOException {
    Files.writeString(trial.run().resolve(name + ".jwt"), token);
  }

  private static Answer ask(Trial trial, String name) throws IOException, InterruptedException {
    return trial.get(
        "/reviews", HEADER, "Bearer " + Files.readString(trial.run().resolve(name + ".jwt")));
  }

  @Override
  public void check(Trial trial) throws IOException, InterruptedException {
    trial.awaitSteadily(
        "tokens are checked",
        () ->
            ask(trial, "reader").ok()
                && ask(trial, "forged").status() == 401
                && trial.get("/reviews").status() == 403);
    Answer reader = ask(trial, "reader");
    trial.report(reader.ok(), "a reader's token opens the reviews", reader.toString());
    Answer none = trial.get("/reviews");
    trial.report(none.status() == 403, "no token does not", none.toString());
    Answer guest = ask(trial, "guest");
    trial.report(guest.status() == 403, "a token of another group does not", guest.toString());
    Answer forged = ask(trial, "forged");
    trial.report(
        forged.status() == 401 && forged.body().contains("Jwt verification fails"),
        "one that somebody else signed is told so",
        forged.toString());
    Answer expired = ask(trial, "expired");
    trial.report(
        expired.status() == 401 && expired.body().contains("Jwt is expired"),
        "one that has expired is told so",
        expired.toString());
  }
}
