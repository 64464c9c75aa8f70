package io.outrigger.proxy.http1;

/** Why a message is refused, with the status and details that Envoy gives for it. */
enum Http1Error {
  MALFORMED(400, "http1.codec_error"),
  HEADERS_TOO_LARGE(431, "http1.headers_too_large"),
  TOO_MANY_HEADERS(431, "http1.too_many_headers"),
  INVALID_CHARACTERS(400, "http1.invalid_characters"),
  INVALID_SCHEME(400, "http1.invalid_scheme"),
  LOW_VERSION(426, "low_version"),
  INVALID_TRANSFER_ENCODING(501, "http1.invalid_transfer_encoding"),
  LENGTH_AND_CHUNKED(400, "http1.content_length_and_chunked_not_allowed"),
  LENGTH_NOT_ALLOWED(400, "http1.content_length_not_allowed"),
  TRANSFER_ENCODING_NOT_ALLOWED(400, "http1.transfer_encoding_not_allowed"),
  CONNECTION_REJECTED(400, "http1.connection_header_rejected"),
  UNDERSCORE(400, "http1.unexpected_underscore"),
  HEADER_TIMEOUT(408, "request_header_timeout"),
  REQUEST_TIMEOUT(408, "request_overall_timeout");

  private final int status;
  private final String details;

  Http1Error(int status, String details) {
    this.status = status;
    this.details = details;
  }

  int status() {
    return status;
  }

  String details() {
    return details;
  }

  /** The body of the local reply: the reason phrase, or the sentence of a time-out. */
  String body() {
    return switch (this) {
      case HEADER_TIMEOUT -> "request header timeout";
      case REQUEST_TIMEOUT -> "request timeout";
      default -> ReasonPhrase.of(status);
    };
  }
}
