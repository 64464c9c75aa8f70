package io.outrigger.proxy.filter;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/**
 * What a session's cookie holds: Envoy's message of an address (1) and the second in which it
 * expires (2), or, from before there was that, the address alone.
 */
final class SessionCookie {
  private static final int ADDRESS = 1 << 3 | 2;
  private static final int EXPIRES = 2 << 3;

  private SessionCookie() {}

  /** The host's address; null: none, or the cookie's time is over. */
  static @Nullable String host(byte[] bytes, long nowSeconds) {
    String address = "";
    long expires = 0;
    try {
      CodedInputStream in = CodedInputStream.newInstance(bytes);
      for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
        if (tag == ADDRESS) {
          address = in.readStringRequireUtf8();
        } else if (tag == EXPIRES) {
          expires = in.readInt64();
        } else if (!in.skipField(tag)) {
          return new String(bytes, UTF_8);
        }
      }
    } catch (IOException e) {
      return new String(bytes, UTF_8);
    }
    return address.isEmpty() || (expires != 0 && nowSeconds > expires) ? null : address;
  }

  /** {@code expires} 0: with the client. */
  static byte[] bytes(String address, long expires) {
    byte[] out =
        new byte
            [CodedOutputStream.computeStringSize(1, address)
                + (expires == 0 ? 0 : CodedOutputStream.computeInt64Size(2, expires))];
    CodedOutputStream to = CodedOutputStream.newInstance(out);
    try {
      to.writeString(1, address);
      if (expires != 0) {
        to.writeInt64(2, expires);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out;
  }
}
