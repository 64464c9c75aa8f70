package io.outrigger.proxy.admin;

import java.util.List;
import java.util.function.Consumer;

/**
 * One path of the admin server.
 *
 * @param mutates whether it changes something, and so takes POST only
 * @param parameters lines of {@code name: meaning} for the help page
 */
public record AdminPage(
    String path, String help, boolean mutates, List<String> parameters, Later handler) {

  /** Answers a request, on the configuration loop. */
  @FunctionalInterface
  public interface Handler {
    AdminReply handle(AdminRequest request);
  }

  /** Answers a request once, now or later, on the configuration loop. */
  @FunctionalInterface
  public interface Later {
    void handle(AdminRequest request, Consumer<AdminReply> reply);
  }
}
