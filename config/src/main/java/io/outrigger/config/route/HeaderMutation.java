package io.outrigger.config.route;

import io.outrigger.config.accesslog.LogFormat;
import io.outrigger.config.http.HeaderName;
import io.outrigger.config.match.StringMatcher;

/** One change of a header block. */
public sealed interface HeaderMutation {
  /** Removes all headers of a name. */
  record Remove(HeaderName name) implements HeaderMutation {}

  /** Removes all headers whose name passes a test. */
  record RemoveMatching(StringMatcher name) implements HeaderMutation {}

  /** Sets or adds a header. {@code keepEmpty}: also if the value comes out empty. */
  record Put(HeaderName name, LogFormat value, AppendAction action, boolean keepEmpty)
      implements HeaderMutation {}

  /** HeaderValueOption.HeaderAppendAction. */
  enum AppendAction {
    APPEND_IF_EXISTS_OR_ADD,
    ADD_IF_ABSENT,
    OVERWRITE_IF_EXISTS_OR_ADD,
    OVERWRITE_IF_EXISTS
  }
}
