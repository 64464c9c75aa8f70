package io.outrigger.proxy.admin;

import java.util.List;

/**
 * One path of the admin server.
 *
 * @param mutates whether it changes something, and so takes POST only
 * @param parameters lines of {@code name: meaning} for the help page
 */
record AdminPage(
    String path, String help, boolean mutates, List<String> parameters, Handler handler) {

  /** Answers a request, on the configuration loop. */
  @FunctionalInterface
  interface Handler {
    AdminReply handle(AdminRequest request);
  }
}
