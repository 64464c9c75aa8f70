package io.outrigger.proxy.compression;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.outrigger.config.compression.CompressionLibrary;
import io.outrigger.config.compression.CompressionLibrary.Encoding;
import java.io.ByteArrayInputStream;
import java.util.List;
import java.util.Random;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class BodyCompressionTest {
  private static CompressionLibrary library(Encoding encoding) {
    int level = encoding == Encoding.GZIP ? -1 : 3;
    return new CompressionLibrary("l", encoding, level, 0, 18, 4096, 100, false, List.of());
  }

  /** Text and noise, which compress well and not at all. */
  private static byte[] body() {
    byte[] body = new byte[200_000];
    new Random(7).nextBytes(body);
    for (int i = 0; i < 100_000; i++) {
      body[i] = (byte) ("the same again and again".charAt(i % 24) + i / 10_000);
    }
    return body;
  }

  private static byte[] compressed(Encoding encoding, byte[] body, int part) {
    NativeLibraries.load(encoding);
    BodyCompressor compressor = BodyCompressor.of(library(encoding));
    ByteBuf out = Unpooled.directBuffer();
    for (int at = 0; at < body.length; at += part) {
      int length = Math.min(part, body.length - at);
      compressor.compress(
          Unpooled.wrappedBuffer(body, at, length), at + length == body.length, out);
    }
    if (body.length == 0) {
      compressor.compress(Unpooled.EMPTY_BUFFER, true, out);
    }
    compressor.close();
    byte[] bytes = ByteBufUtil.getBytes(out);
    out.release();
    return bytes;
  }

  /** What comes out, however the body is cut. */
  private static byte[] decompressed(Encoding encoding, byte[] body, int part) {
    BodyDecompressor decompressor = BodyDecompressor.of(library(encoding));
    ByteBuf all = Unpooled.buffer();
    for (int at = 0; at < body.length; at += part) {
      ByteBuf out = Unpooled.directBuffer();
      boolean good =
          decompressor.decompress(
              Unpooled.copiedBuffer(body, at, Math.min(part, body.length - at)), out);
      assertThat(good).as("at %d", at).isTrue();
      all.writeBytes(out);
      out.release();
    }
    assertThat(decompressor.isFinished()).isTrue();
    decompressor.close();
    return ByteBufUtil.getBytes(all);
  }

  @ParameterizedTest
  @EnumSource
  void whatIsCompressedInPartsComesBackFromParts(Encoding encoding) {
    byte[] body = body();
    for (int part : new int[] {777, 65_536, body.length}) {
      byte[] compressed = compressed(encoding, body, part);
      assertThat(compressed.length).isLessThan(130_000);
      assertThat(decompressed(encoding, compressed, part)).isEqualTo(body);
    }
    assertThat(decompressed(encoding, compressed(encoding, new byte[0], 1), 1)).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void aBombIsNotUnpacked(Encoding encoding) {
    byte[] bomb = compressed(encoding, new byte[50_000_000], 1_000_000);
    BodyDecompressor decompressor = BodyDecompressor.of(library(encoding));
    ByteBuf out = Unpooled.directBuffer();
    boolean good = true;
    for (int at = 0; good && at < bomb.length; at += 1000) {
      out.clear();
      int length = Math.min(1000, bomb.length - at);
      good = decompressor.decompress(Unpooled.wrappedBuffer(bomb, at, length), out);
    }
    assertThat(good).isFalse();
    assertThat(out.capacity()).isLessThan(4_000_000);
    out.release();
    decompressor.close();
  }

  /** The last byte of a block of zstd's brings 128 KB at once. */
  @ParameterizedTest
  @EnumSource
  void aBodyThatCompressesWellIsNoBombHoweverItIsCut(Encoding encoding) {
    byte[] body = new byte[2_000_000];
    Random random = new Random(7);
    for (int i = 0; i < body.length; i++) {
      body[i] = (byte) (i % 64 < 4 ? 'a' + random.nextInt(26) : '.');
    }
    byte[] compressed = compressed(encoding, body, 1_000_000);
    assertThat(compressed.length).isLessThan(body.length / 10);
    for (int part : new int[] {10, 777, 5000}) {
      assertThat(decompressed(encoding, compressed, part)).isEqualTo(body);
    }
  }

  @ParameterizedTest
  @EnumSource
  void halfABodyIsNotFinishedAndAnotherIsNone(Encoding encoding) {
    byte[] half = compressed(encoding, "hello hello hello".getBytes(US_ASCII), 100);
    BodyDecompressor decompressor = BodyDecompressor.of(library(encoding));
    ByteBuf out = Unpooled.directBuffer();
    assertThat(decompressor.decompress(Unpooled.wrappedBuffer(half, 0, half.length - 3), out))
        .isTrue();
    assertThat(decompressor.isFinished()).isFalse();
    decompressor.close();
    decompressor = BodyDecompressor.of(library(encoding));
    byte[] other = new byte[100];
    java.util.Arrays.fill(other, (byte) 0xfe);
    assertThat(decompressor.decompress(Unpooled.wrappedBuffer(other), out)).isFalse();
    out.release();
    decompressor.close();
  }

  @Test
  void othersReadOurGzipAndAllPartsOfAHeadAreSkipped() throws Exception {
    byte[] ours = compressed(Encoding.GZIP, "hello".getBytes(US_ASCII), 2);
    try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(ours))) {
      assertThat(in.readAllBytes()).isEqualTo("hello".getBytes(US_ASCII));
    }
    ByteBuf dressed = Unpooled.buffer();
    dressed.writeBytes(ours, 0, 3).writeByte(2 | 4 | 8 | 16).writeBytes(ours, 4, 6);
    dressed.writeBytes(new byte[] {3, 0, 'a', 'b', 'c', 'n', 0, 'c', 0, 9, 9});
    dressed.writeBytes(ours, 10, ours.length - 10);
    assertThat(decompressed(Encoding.GZIP, ByteBufUtil.getBytes(dressed), 1))
        .isEqualTo("hello".getBytes(US_ASCII));
  }

  @Test
  void aWrongChecksumIsFound() {
    byte[] body = compressed(Encoding.GZIP, "hello".getBytes(US_ASCII), 5);
    body[body.length - 5] ^= 1;
    BodyDecompressor decompressor = BodyDecompressor.of(library(Encoding.GZIP));
    ByteBuf out = Unpooled.directBuffer();
    assertThat(decompressor.decompress(Unpooled.wrappedBuffer(body), out)).isFalse();
    out.release();
    decompressor.close();
  }
}
