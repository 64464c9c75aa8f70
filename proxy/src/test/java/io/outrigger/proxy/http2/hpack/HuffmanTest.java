package io.outrigger.proxy.http2.hpack;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The decoder agrees with one that goes through the code bit by bit, on what is right and wrong.
 */
class HuffmanTest {
  private static final int EOS = 256;

  /** By a code with a one before it: the symbol. */
  private static final Map<Integer, Integer> BY_CODE = new HashMap<>();

  static {
    for (int symbol = 0; symbol <= EOS; symbol++) {
      BY_CODE.put(1 << Huffman.CODE_LENGTHS[symbol] | Huffman.CODES[symbol], symbol);
    }
  }

  /** Bit by bit; null for what RFC 7541 section 5.2 forbids. */
  private static byte[] reference(byte[] coded) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    int code = 1;
    for (byte octet : coded) {
      for (int bit = 7; bit >= 0; bit--) {
        code = code << 1 | ((octet >> bit) & 1);
        Integer symbol = BY_CODE.get(code);
        if (symbol != null) {
          if (symbol == EOS) {
            return null;
          }
          out.write(symbol);
          code = 1;
        }
      }
    }
    boolean onesOnly = (code & (code + 1)) == 0;
    return code < 1 << 8 && onesOnly ? out.toByteArray() : null;
  }

  private static byte[] decode(byte[] coded) {
    byte[] target = new byte[3 + Huffman.decodedBound(coded.length)];
    int length = Huffman.decode(coded, 0, coded.length, target, 3);
    return length < 0 ? null : Arrays.copyOfRange(target, 3, 3 + length);
  }

  private static byte[] encode(byte[] text) {
    StringBuilder bits = new StringBuilder();
    for (byte octet : text) {
      int symbol = octet & 0xff;
      String code =
          Integer.toBinaryString(1 << Huffman.CODE_LENGTHS[symbol] | Huffman.CODES[symbol]);
      bits.append(code, 1, code.length());
    }
    while (bits.length() % 8 != 0) {
      bits.append('1');
    }
    byte[] coded = new byte[bits.length() / 8];
    for (int i = 0; i < coded.length; i++) {
      coded[i] = (byte) Integer.parseInt(bits.substring(8 * i, 8 * i + 8), 2);
    }
    return coded;
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 5, 50, 100})
  void decodesWhatIsEncoded(int percentOfAnyBytes) {
    Random random = new Random(percentOfAnyBytes);
    for (int round = 0; round < 20_000; round++) {
      byte[] text = new byte[random.nextInt(60)];
      for (int i = 0; i < text.length; i++) {
        boolean any = random.nextInt(100) < percentOfAnyBytes;
        text[i] =
            (byte)
                (any
                    ? random.nextInt(256)
                    : "0123456789 acegimot:/-,=&".charAt(random.nextInt(25)));
      }
      byte[] coded = encode(text);
      assertThat(decode(coded)).isEqualTo(text);
    }
  }

  @Test
  void agreesOnWhatIsWrong() {
    Random random = new Random(11);
    int right = 0;
    for (int round = 0; round < 300_000; round++) {
      byte[] coded = new byte[random.nextInt(14)];
      random.nextBytes(coded);
      for (int i = 0; i < coded.length; i++) {
        if (random.nextInt(3) == 0) {
          coded[i] = (byte) 0xff; // long codes, EOS and padding all begin so
        }
      }
      byte[] expected = reference(coded);
      assertThat(decode(coded)).as("%s", Arrays.toString(coded)).isEqualTo(expected);
      right += expected == null ? 0 : 1;
    }
    assertThat(right).isGreaterThan(10_000);
  }
}
