package io.outrigger.config.route;

import io.outrigger.config.accesslog.LogFormat;
import org.jspecify.annotations.Nullable;

/** Answers with a fixed status and body. */
public final class DirectResponseAction implements RouteAction {
  private final int status;
  private final byte[] body;
  private final @Nullable LogFormat bodyFormat;

  public DirectResponseAction(int status, byte[] body, @Nullable LogFormat bodyFormat) {
    this.status = status;
    this.body = body.clone();
    this.bodyFormat = bodyFormat;
  }

  public int status() {
    return status;
  }

  /** The body's bytes; shared, never to be written to. */
  public byte[] body() {
    return body;
  }

  /** A format that gives the body instead, or null. */
  public @Nullable LogFormat bodyFormat() {
    return bodyFormat;
  }
}
