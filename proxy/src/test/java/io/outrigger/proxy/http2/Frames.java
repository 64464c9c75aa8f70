package io.outrigger.proxy.http2;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.outrigger.config.http.Headers;
import io.outrigger.proxy.http2.hpack.HpackDecoder;
import io.outrigger.proxy.http2.hpack.HpackEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Makes frames for tests, and reads those that came as one line each. */
final class Frames {
  static final byte[] PREFACE =
      "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1);

  private final ByteBuf out = Unpooled.buffer();
  private final HpackEncoder encoder = new HpackEncoder(4096);
  private final HpackDecoder decoder = new HpackDecoder(4096);
  private final ByteBuf rest = Unpooled.buffer();

  Frames raw(byte[] bytes) {
    out.writeBytes(bytes);
    return this;
  }

  Frames frame(int type, int flags, int streamId, byte... payload) {
    out.writeMedium(payload.length).writeByte(type).writeByte(flags).writeInt(streamId);
    out.writeBytes(payload);
    return this;
  }

  Frames preface() {
    return raw(PREFACE).frame(Frame.SETTINGS, 0, 0);
  }

  Frames settings(int... pairs) {
    ByteBuf payload = Unpooled.buffer();
    for (int i = 0; i < pairs.length; i += 2) {
      payload.writeShort(pairs[i]).writeInt(pairs[i + 1]);
    }
    return frame(Frame.SETTINGS, 0, 0, bytes(payload));
  }

  Frames windowUpdate(int streamId, int increment) {
    return frame(Frame.WINDOW_UPDATE, 0, streamId, bytes(Unpooled.buffer().writeInt(increment)));
  }

  Frames reset(int streamId, int code) {
    return frame(Frame.RST_STREAM, 0, streamId, bytes(Unpooled.buffer().writeInt(code)));
  }

  Frames data(int streamId, boolean end, String text) {
    return frame(Frame.DATA, end ? 1 : 0, streamId, text.getBytes(StandardCharsets.ISO_8859_1));
  }

  /** HEADERS of alternating names and values. */
  Frames headers(int streamId, boolean end, String... fields) {
    return frame(
        Frame.HEADERS, Frame.END_HEADERS | (end ? Frame.END_STREAM : 0), streamId, block(fields));
  }

  Frames get(int streamId) {
    return headers(
        streamId, true, ":method", "GET", ":scheme", "http", ":path", "/", ":authority", "a");
  }

  Frames post(int streamId, String... more) {
    String[] fields = {":method", "POST", ":scheme", "http", ":path", "/", ":authority", "a"};
    List<String> all = new ArrayList<>(List.of(fields));
    all.addAll(List.of(more));
    return headers(streamId, false, all.toArray(new String[0]));
  }

  /** Fields in the order given, which the encoder would otherwise change. */
  byte[] block(String... fields) {
    ByteBuf block = Unpooled.buffer();
    boolean pseudoLast = false;
    boolean regularSeen = false;
    for (int i = 0; i < fields.length; i += 2) {
      pseudoLast |= fields[i].startsWith(":") && regularSeen;
      regularSeen |= !fields[i].startsWith(":");
    }
    boolean literal = pseudoLast;
    for (int i = 0; i < fields.length; i += 2) {
      literal |= !fields[i].equals(fields[i].toLowerCase(java.util.Locale.ROOT));
      literal |= List.of("host", "connection", "te", "upgrade").contains(fields[i]);
    }
    if (!literal) {
      Headers headers = new Headers();
      for (int i = 0; i < fields.length; i += 2) {
        headers.add(fields[i], fields[i + 1]);
      }
      byte[] coded = new byte[HpackEncoder.bound(headers)];
      return java.util.Arrays.copyOf(coded, encoder.encode(headers, coded, 0));
    }
    for (int i = 0; i < fields.length; i += 2) {
      block.writeByte(0).writeByte(fields[i].length());
      block.writeCharSequence(fields[i], StandardCharsets.ISO_8859_1);
      block.writeByte(fields[i + 1].length());
      block.writeCharSequence(fields[i + 1], StandardCharsets.ISO_8859_1);
    }
    return bytes(block);
  }

  /** What was made since the last call. */
  byte[] take() {
    return bytes(out);
  }

  private static byte[] bytes(ByteBuf from) {
    byte[] bytes = new byte[from.readableBytes()];
    from.readBytes(bytes);
    from.clear();
    return bytes;
  }

  /** Reads bytes of the other side; one line a frame. */
  List<String> read(byte[] bytes) {
    rest.writeBytes(bytes);
    List<String> lines = new ArrayList<>();
    while (rest.readableBytes() >= 9) {
      int length = rest.getUnsignedMedium(rest.readerIndex());
      if (rest.readableBytes() < 9 + length) {
        break;
      }
      rest.skipBytes(3);
      int type = rest.readUnsignedByte();
      int flags = rest.readUnsignedByte();
      int id = rest.readInt();
      lines.add(line(type, flags, id, rest.readSlice(length)));
    }
    return lines;
  }

  private String line(int type, int flags, int id, ByteBuf payload) {
    boolean end = (flags & 1) != 0;
    return switch (type) {
      case Frame.DATA ->
          "DATA " + id + (end ? " end " : " ") + payload.toString(StandardCharsets.ISO_8859_1);
      case Frame.HEADERS -> {
        Headers headers = new Headers();
        decoder.begin(headers, 1000, 1 << 20);
        byte[] block = bytes(payload);
        if (decoder.decode(block, 0, block.length) != block.length) {
          throw new IllegalStateException("block: " + decoder.error());
        }
        yield "HEADERS " + id + (end ? " end " : " ") + headers.toString().replace("\n", ", ");
      }
      case Frame.RST_STREAM -> "RST_STREAM " + id + " " + payload.readInt();
      case Frame.SETTINGS -> end ? "SETTINGS ack" : "SETTINGS";
      case Frame.PING -> "PING" + (end ? " ack " : " ") + payload.readLong();
      case Frame.GOAWAY ->
          "GOAWAY "
              + payload.readInt()
              + " "
              + payload.readInt()
              + " "
              + payload.toString(StandardCharsets.ISO_8859_1);
      case Frame.WINDOW_UPDATE -> "WINDOW_UPDATE " + id + " " + payload.readInt();
      default -> "frame " + type;
    };
  }
}
