package io.outrigger.proxy.tls;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Locale;

/**
 * An authority's word that a certificate is not revoked (RFC 6960 section 4.2.1), which the server
 * shows beside the certificate. The client checks its signature.
 *
 * @param until when it is too old, in milliseconds since 1970; where it doesn't tell, always
 */
@SuppressWarnings("ArrayRecordComponent") // the library takes an array, and nothing compares them
record OcspStaple(byte[] response, long until) {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyyMMddHHmmss'Z'", Locale.ROOT);

  /** Reads a response for a certificate; the message of the exception says what is wrong. */
  static OcspStaple read(byte[] response, X509Certificate certificate) throws TlsException {
    try {
      DerReader outer = new DerReader(response).sub(0x30);
      byte[] status = outer.bytes(0x0a);
      if (status.length != 1 || status[0] != 0) {
        throw new TlsException("ocsp_staple: OCSP response was unsuccessful");
      }
      DerReader bytes = outer.sub(0xa0).sub(0x30);
      bytes.bytes(0x06); // its type; there is but the basic one
      DerReader data = new DerReader(bytes.bytes(0x04)).sub(0x30).sub(0x30);
      data.skipIf(0xa0); // version
      data.skip(); // responderID
      data.skip(); // producedAt
      DerReader responses = data.sub(0x30);
      DerReader single = responses.sub(0x30);
      if (responses.hasMore()) {
        throw new TlsException("ocsp_staple: OCSP Response must be for one certificate only");
      }
      DerReader id = single.sub(0x30);
      id.skip(); // hashAlgorithm
      id.skip(); // issuerNameHash
      id.skip(); // issuerKeyHash
      if (!new BigInteger(id.bytes(0x02)).equals(certificate.getSerialNumber())) {
        throw new TlsException("ocsp_staple: OCSP response does not match its TLS certificate");
      }
      single.skip(); // certStatus: the client reads it
      single.skip(); // thisUpdate
      return new OcspStaple(response, single.is(0xa0) ? time(single.sub(0xa0).bytes(0x18)) : 0);
    } catch (IllegalArgumentException | DateTimeParseException e) {
      throw new TlsException("ocsp_staple is no OCSP response in DER: " + e.getMessage(), e);
    }
  }

  private static long time(byte[] generalized) {
    return LocalDateTime.parse(new String(generalized, StandardCharsets.US_ASCII), TIME)
        .toInstant(ZoneOffset.UTC)
        .toEpochMilli();
  }

  boolean isFresh(long nowMillis) {
    return nowMillis < until;
  }
}
