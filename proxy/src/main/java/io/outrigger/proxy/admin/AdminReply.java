package io.outrigger.proxy.admin;

/** An admin page's answer. */
public record AdminReply(int status, String contentType, String body) {
  static final String TEXT = "text/plain; charset=UTF-8";
  static final String JSON = "application/json";

  public static AdminReply text(String body) {
    return new AdminReply(200, TEXT, body);
  }

  public static AdminReply json(String body) {
    return new AdminReply(200, JSON, body);
  }

  public static AdminReply error(int status, String body) {
    return new AdminReply(status, TEXT, body);
  }

  static AdminReply ok() {
    return text("OK\n");
  }
}
