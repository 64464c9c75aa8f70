package io.outrigger.proxy.istio;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Struct;
import io.outrigger.config.http.Headers;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The header {@code x-envoy-peer-metadata}: the base64 of a protobuf Struct. What was read is kept
 * by the header's bytes, so that a peer that calls again costs a look-up; one worker's.
 *
 * <p>Istio keeps it by the peer's id, which anybody can send with another's metadata.
 */
public final class PeerHeader {
  /** As many peers as Istio keeps. */
  private static final int MAX_PEERS = 500;

  private static final int LONGEST = 16 * 1024;

  private final Map<Bytes, Peer> known = new HashMap<>();
  private final Bytes probe = new Bytes(new byte[0], 0, 0);

  /** The peer, or null where the value can't be read. */
  public @Nullable Peer read(Headers headers, int slot) {
    probe.set(headers.data(), headers.valueOffset(slot), headers.valueLength(slot));
    Peer found = known.get(probe);
    return found != null ? found : decode();
  }

  private @Nullable Peer decode() {
    if (probe.length > LONGEST) {
      return null;
    }
    Bytes own = probe.copy();
    try {
      Peer read = Peer.of(Struct.parseFrom(Base64.getDecoder().decode(own.data)));
      if (known.size() >= MAX_PEERS) {
        known.clear();
      }
      known.put(own, read);
      return read;
    } catch (IllegalArgumentException | InvalidProtocolBufferException e) {
      return null;
    }
  }

  /** The value that tells of this workload. */
  public static byte[] write(Peer self) {
    return Base64.getEncoder()
        .encodeToString(self.toStruct().toByteArray())
        .getBytes(StandardCharsets.ISO_8859_1);
  }

  /** Bytes within an array, as a key. */
  static final class Bytes {
    private byte[] data;
    private int offset;
    private int length;
    private int hash;

    Bytes(byte[] data, int offset, int length) {
      this.data = data;
      set(data, offset, length);
    }

    void set(byte[] from, int at, int size) {
      data = from;
      offset = at;
      length = size;
      int sum = size;
      for (int i = at; i < at + size; i++) {
        sum = 31 * sum + from[i];
      }
      hash = sum;
    }

    Bytes copy() {
      return new Bytes(Arrays.copyOfRange(data, offset, offset + length), 0, length);
    }

    String text() {
      return new String(data, offset, length, StandardCharsets.ISO_8859_1);
    }

    @Override
    public boolean equals(@Nullable Object object) {
      return object instanceof Bytes other
          && hash == other.hash
          && Arrays.equals(
              data, offset, offset + length, other.data, other.offset, other.offset + other.length);
    }

    @Override
    public int hashCode() {
      return hash;
    }
  }
}
