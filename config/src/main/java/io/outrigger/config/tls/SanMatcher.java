package io.outrigger.config.tls;

import io.outrigger.config.match.StringMatcher;

/**
 * A test of a subject alternative name of one type.
 *
 * @param oid of OTHER_NAME; else empty
 */
public record SanMatcher(SanType type, StringMatcher matcher, String oid) {
  /** GeneralName types (RFC 5280 section 4.2.1.6). */
  public enum SanType {
    EMAIL,
    DNS,
    URI,
    IP_ADDRESS,
    OTHER_NAME,
    /** Deprecated match_subject_alt_names: any of DNS, URI, EMAIL and IP. */
    ANY
  }
}
