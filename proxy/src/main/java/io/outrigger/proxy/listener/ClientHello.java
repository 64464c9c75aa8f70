package io.outrigger.proxy.listener;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What a TLS client says before it is answered: server name, protocols, whether it can use an ECDSA
 * certificate, and whether it asks for an OCSP response (RFC 6066 section 8). Read from the plain
 * bytes (RFC 8446 section 4.1.2); hostile bytes are expected.
 */
record ClientHello(
    @Nullable String serverName,
    List<String> applicationProtocols,
    boolean acceptsEcdsa,
    boolean asksForStaple) {

  /** Bytes of a ClientHello that are taken where nothing is configured: Envoy's default. */
  static final int MAX_SIZE = 16 * 1024;

  /** What a look at the first bytes of a connection gives. */
  sealed interface Look {}

  /** The bytes so far are the start of a ClientHello. */
  record NeedMore() implements Look {}

  /** This isn't TLS. */
  record NotTls() implements Look {}

  /** A ClientHello longer than allowed. */
  record TooLarge() implements Look {}

  record Found(ClientHello hello) implements Look {}

  private static final Look NEED_MORE = new NeedMore();
  private static final Look NOT_TLS = new NotTls();
  private static final Look TOO_LARGE = new TooLarge();

  private static final byte[] NOTHING = {};
  private static final int RECORD_HEADER = 5;
  private static final int HANDSHAKE_HEADER = 4;
  private static final int CONTENT_HANDSHAKE = 22;
  private static final int CLIENT_HELLO = 1;
  private static final int MAX_RECORD = 16384;
  private static final int EXTENSION_SERVER_NAME = 0;
  private static final int EXTENSION_STATUS_REQUEST = 5;
  private static final int EXTENSION_SIGNATURE_ALGORITHMS = 13;
  private static final int EXTENSION_ALPN = 16;

  /** Looks at the readable bytes without consuming them. */
  static Look look(ByteBuf bytes, int maxSize) {
    int at = bytes.readerIndex();
    int end = bytes.writerIndex();
    int wanted = -1;
    byte[] message = NOTHING;
    int filled = 0;
    while (true) {
      // each test as soon as its byte is there, so that a plaintext client isn't waited for
      if (at < end && bytes.getUnsignedByte(at) != CONTENT_HANDSHAKE) {
        return NOT_TLS;
      }
      if (at + 1 < end && bytes.getUnsignedByte(at + 1) != 3) {
        return NOT_TLS;
      }
      if (end - at < RECORD_HEADER) {
        return NEED_MORE;
      }
      int length = bytes.getUnsignedShort(at + 3);
      if (length == 0 || length > MAX_RECORD) {
        return NOT_TLS;
      }
      at += RECORD_HEADER;
      int present = Math.min(length, end - at);
      if (wanted < 0) {
        // the handshake header lies in the first record of any client that means it
        if (present > 0 && bytes.getUnsignedByte(at) != CLIENT_HELLO) {
          return NOT_TLS;
        }
        if (length < HANDSHAKE_HEADER) {
          return NOT_TLS;
        }
        if (present < HANDSHAKE_HEADER) {
          return NEED_MORE;
        }
        wanted = HANDSHAKE_HEADER + bytes.getUnsignedMedium(at + 1);
        if (wanted > maxSize) {
          return TOO_LARGE;
        }
        message = new byte[wanted];
      }
      int part = Math.min(present, wanted - filled);
      bytes.getBytes(at, message, filled, part);
      filled += part;
      if (filled == wanted) {
        ClientHello hello = parse(new Cursor(message, HANDSHAKE_HEADER, wanted));
        return hello == null ? NOT_TLS : new Found(hello);
      }
      if (present < length) {
        return NEED_MORE;
      }
      at += length;
    }
  }

  private static @Nullable ClientHello parse(Cursor in) {
    in.skip(2 + 32); // legacy_version, random
    in.skip(in.u8()); // legacy_session_id
    in.skip(in.u16()); // cipher_suites
    in.skip(in.u8()); // legacy_compression_methods
    if (in.failed) {
      return null;
    }
    if (in.left() == 0) {
      return new ClientHello(null, List.of(), false, false);
    }
    Cursor extensions = in.sub(in.u16());
    String serverName = null;
    List<String> protocols = List.of();
    boolean ecdsa = false;
    boolean staple = false;
    while (extensions.left() > 0) {
      int type = extensions.u16();
      Cursor extension = extensions.sub(extensions.u16());
      switch (type) {
        case EXTENSION_SERVER_NAME -> serverName = serverName(extension);
        case EXTENSION_ALPN -> protocols = protocols(extension);
        case EXTENSION_SIGNATURE_ALGORITHMS -> ecdsa = acceptsEcdsa(extension);
        case EXTENSION_STATUS_REQUEST -> staple = true;
        default -> {}
      }
      if (extension.failed) {
        return null;
      }
    }
    return in.failed || extensions.failed
        ? null
        : new ClientHello(serverName, protocols, ecdsa, staple);
  }

  /** RFC 6066 section 3; names compare case-free, so it is lower-cased here. */
  private static @Nullable String serverName(Cursor extension) {
    Cursor names = extension.sub(extension.u16());
    String found = null;
    while (names.left() > 0) {
      int type = names.u8();
      String name = names.text(names.u16());
      if (type == 0 && found == null && !name.isEmpty()) {
        found = name.toLowerCase(Locale.ROOT);
      }
    }
    extension.failed |= names.failed;
    return found;
  }

  /** RFC 7301 section 3.1. */
  private static List<String> protocols(Cursor extension) {
    Cursor names = extension.sub(extension.u16());
    var found = new ArrayList<String>(4);
    while (names.left() > 0) {
      String name = names.text(names.u8());
      if (name.isEmpty()) {
        names.failed = true;
        break;
      }
      found.add(name);
    }
    extension.failed |= names.failed;
    return List.copyOf(found);
  }

  /** ecdsa_secp256r1_sha256, ecdsa_secp384r1_sha384, ecdsa_secp521r1_sha512. */
  private static boolean acceptsEcdsa(Cursor extension) {
    Cursor schemes = extension.sub(extension.u16());
    boolean found = false;
    while (schemes.left() > 0) {
      int scheme = schemes.u16();
      found |= scheme == 0x0403 || scheme == 0x0503 || scheme == 0x0603;
    }
    extension.failed |= schemes.failed;
    return found;
  }

  /** Reads within bounds; past them it yields zeros and remembers that it failed. */
  private static final class Cursor {
    private final byte[] bytes;
    private final int end;
    private int at;
    private boolean failed;

    Cursor(byte[] bytes, int from, int end) {
      this.bytes = bytes;
      this.at = from;
      this.end = end;
    }

    int left() {
      return failed ? 0 : end - at;
    }

    int u8() {
      return has(1) ? bytes[at++] & 0xff : 0;
    }

    int u16() {
      if (!has(2)) {
        return 0;
      }
      int value = (bytes[at] & 0xff) << 8 | bytes[at + 1] & 0xff;
      at += 2;
      return value;
    }

    void skip(int count) {
      if (has(count)) {
        at += count;
      }
    }

    String text(int length) {
      if (!has(length)) {
        return "";
      }
      String text = new String(bytes, at, length, StandardCharsets.ISO_8859_1);
      at += length;
      return text;
    }

    Cursor sub(int length) {
      if (!has(length)) {
        Cursor none = new Cursor(bytes, end, end);
        none.failed = true;
        return none;
      }
      Cursor part = new Cursor(bytes, at, at + length);
      at += length;
      return part;
    }

    private boolean has(int count) {
      failed |= count > end - at;
      return !failed;
    }
  }
}
