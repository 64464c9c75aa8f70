package io.outrigger.proxy.http;

import io.outrigger.proxy.accesslog.ResponseFlag;
import org.jspecify.annotations.Nullable;

/** What a filter decides: go on, wait, or answer here. */
public sealed interface Verdict {
  Verdict CONTINUE = new Continue();
  Verdict PAUSE = new Pause();
  Verdict COLLECT = new Collect();

  /** The next filter's turn. */
  record Continue() implements Verdict {}

  /** Nothing happens until the filter calls {@link Exchange#resume}, once. */
  record Pause() implements Verdict {}

  /** As a pause, in which the filter is given the body; it sees to it that it isn't too long. */
  record Collect() implements Verdict {}

  /** The proxy answers; the filters after this one never see the request. */
  record Reply(int status, String body, String details, @Nullable ResponseFlag flag, int grpcStatus)
      implements Verdict {}
}
