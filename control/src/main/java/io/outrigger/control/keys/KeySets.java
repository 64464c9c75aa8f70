package io.outrigger.control.keys;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What was fetched last from each source. Immutable. */
public record KeySets(Map<KeySource, State> states) {
  public static final KeySets NONE = new KeySets(Map.of());

  /** An RSA key whose other half nobody has: no token is good by it. */
  private static final String NOBODYS =
      "{\"keys\":[{\"kty\":\"RSA\",\"kid\":\"nothing-was-fetched\",\"e\":\"AQAB\",\"n\":\""
          + "0SJaaz4xA4V2TGcIyhl1nlE1bdYMcZg2blAjtsymsCfmFnjBN6tvUOT-80_K90hckXatS_PYIGwL"
          + "c7nCmi33Ks5oWgPAhvUJGJkugjwURmWIkkOyvTX2KTnl2oSQFJci7yuo-3afbPNMynfiTvphhQK1"
          + "7ROk80D7Czl6GpuFBox5O8xJYnNAASRyjeAQ1UXbVSGcIUDKEL8d_uTKbLXnRvL41VzD8i7QGZfH"
          + "H29IXzlPscA3cuk_N9i-a7tnoPOvFVhKQG5_7l8TRZ4uXL36rhzBN55mYzKKS5qqQJmN3hWq_wqi"
          + "5flWfQq81WO_LZ5IBg6SfAWtHpbKYZYfm4lX5Q"
          + "\"}]}";

  /**
   * What is known of a source.
   *
   * @param jwks the newest; empty: none was ever fetched
   * @param failure why the newest fetch failed; null: it didn't
   */
  public record State(String jwks, @Nullable String failure) {}

  public KeySets {
    states = Map.copyOf(states);
  }

  /** The keys of a source; as long as there are none, a set by which all tokens are refused. */
  public String of(KeySource source) {
    State state = states.get(source);
    return state == null || state.jwks().isEmpty() ? NOBODYS : state.jwks();
  }

  /** Why the newest fetch failed, and what that means; null: it didn't. */
  public @Nullable String failure(KeySource source) {
    State state = states.get(source);
    if (state == null || state.failure() == null) {
      return null;
    }
    return "the keys of "
        + source.issuer()
        + " could not be fetched: "
        + state.failure()
        + (state.jwks().isEmpty()
            ? "; tokens of this issuer are refused until they can"
            : "; those that were fetched before hold");
  }
}
