package io.outrigger.config.hcm;

/** What is done to a request's path before it is routed. */
public record PathNormalization(
    boolean normalizePath, boolean mergeSlashes, EscapedSlashes escapedSlashes) {

  /** PathWithEscapedSlashesAction. */
  public enum EscapedSlashes {
    KEEP_UNCHANGED,
    REJECT_REQUEST,
    UNESCAPE_AND_REDIRECT,
    UNESCAPE_AND_FORWARD
  }
}
