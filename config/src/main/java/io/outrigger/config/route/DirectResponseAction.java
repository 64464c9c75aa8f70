package io.outrigger.config.route;

/** Answers with a fixed status and body. */
public final class DirectResponseAction implements RouteAction {
  private final int status;
  private final byte[] body;

  public DirectResponseAction(int status, byte[] body) {
    this.status = status;
    this.body = body.clone();
  }

  public int status() {
    return status;
  }

  /** The body's bytes; shared, never to be written to. */
  public byte[] body() {
    return body;
  }
}
