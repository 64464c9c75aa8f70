package io.outrigger.proxy.http2.hpack;

/**
 * HPACK's Huffman code (RFC 7541 appendix B): a symbol a step, by its first eight bits.
 *
 * <p>The code is canonical, so the lengths alone give it. Nearly all that headers hold has codes of
 * at most eight bits; their table is half a kilobyte, for what a proxy of many connections looks at
 * must be found in the cache. Longer codes are found by the first code of each length.
 */
final class Huffman {
  /** The lengths of the codes of 0 to 255 and of EOS; the letter A stands for 5 bits. */
  private static final String LENGTHS =
      "ISXXXXXXXTZXXZXXXXXXXXZXXXXXXXXXBFFHIBDGFFDGDBBBAAABBBBBBBCDKBHFIBCCCCCCCCCCCCCCCCCCCCCC"
          + "DCDIOIJBKABABABBBACCBBBABCBAABCCCCCKGJIXPRPPRRRSRSSSSSTSTTRSTSSSSQRSRSSTRQPRRSSQSRRTQRSSQQRQ"
          + "SRSSPRRRSRRSVVPORSRUVVVWWVTUOQVWWVWTQQVVXWWWPTPQRQQSRRUUTTVSVWVVWWWWWXWWWWWVZ";

  private static final int EOS = 256;
  private static final int SHORT = 8;
  private static final int LONGEST = 30;

  /** By the next eight bits: the symbol, bits 0-7, and its code's length, bits 8-11; 0: longer. */
  private static final short[] BY_OCTET = new short[1 << SHORT];

  /** By length: the first code that is longer, cut to its length and moved to the top of an int. */
  private static final int[] LIMIT = new int[LONGEST + 1];

  /** By length: what to subtract from a code for its place in {@link #SYMBOLS}. */
  private static final int[] BASE = new int[LONGEST + 1];

  /** All symbols in the order of their codes. */
  private static final short[] SYMBOLS = new short[EOS + 1];

  static final int[] CODES = new int[EOS + 1];
  static final byte[] CODE_LENGTHS = new byte[EOS + 1];

  static {
    int code = 0;
    int place = 0;
    for (int length = 5; length <= LONGEST; length++) {
      BASE[length] = code - place;
      for (int symbol = 0; symbol <= EOS; symbol++) {
        if (LENGTHS.charAt(symbol) - 'A' + 5 == length) {
          CODES[symbol] = code++;
          CODE_LENGTHS[symbol] = (byte) length;
          SYMBOLS[place++] = (short) symbol;
        }
      }
      LIMIT[length] = code << (Integer.SIZE - length);
      code <<= 1;
    }
    for (int symbol = 0; symbol < EOS; symbol++) {
      int free = SHORT - CODE_LENGTHS[symbol];
      for (int rest = 0; free >= 0 && rest < 1 << free; rest++) {
        BY_OCTET[CODES[symbol] << free | rest] = (short) (CODE_LENGTHS[symbol] << SHORT | symbol);
      }
    }
  }

  private Huffman() {}

  /** The most bytes that so many coded bytes decode to. */
  static int decodedBound(int length) {
    return length * 8 / 5 + 1;
  }

  /** Decodes; returns the number of bytes written, or -1 where padding or a code is not allowed. */
  static int decode(byte[] source, int offset, int length, byte[] target, int targetOffset) {
    int at = targetOffset;
    int next = offset;
    int end = offset + length;
    long bits = 0; // those not decoded yet, at the top
    int count = 0;
    while (true) {
      while (count <= Long.SIZE - Byte.SIZE && next < end) {
        bits |= (source[next++] & 0xffL) << (Long.SIZE - Byte.SIZE - count);
        count += Byte.SIZE;
      }
      while (count >= 4 * SHORT) { // four short codes without a look at how many bits there are
        int first = BY_OCTET[(int) (bits >>> (Long.SIZE - SHORT))];
        long left = bits << (first >> SHORT);
        int second = BY_OCTET[(int) (left >>> (Long.SIZE - SHORT))];
        left <<= second >> SHORT;
        int third = BY_OCTET[(int) (left >>> (Long.SIZE - SHORT))];
        left <<= third >> SHORT;
        int fourth = BY_OCTET[(int) (left >>> (Long.SIZE - SHORT))];
        if (first == 0 || second == 0 || third == 0 || fourth == 0) {
          break;
        }
        target[at] = (byte) first;
        target[at + 1] = (byte) second;
        target[at + 2] = (byte) third;
        target[at + 3] = (byte) fourth;
        at += 4;
        bits = left << (fourth >> SHORT);
        count -= (first >> SHORT) + (second >> SHORT) + (third >> SHORT) + (fourth >> SHORT);
      }
      if (count < 4 * SHORT && next < end) {
        continue;
      }
      int entry = BY_OCTET[(int) (bits >>> (Long.SIZE - SHORT))];
      int taken = entry >> SHORT;
      if (entry == 0) {
        taken = lengthOf((int) (bits >>> Integer.SIZE));
        if (taken > count) {
          break;
        }
        entry = SYMBOLS[(int) (bits >>> (Long.SIZE - taken)) - BASE[taken]];
        if (entry == EOS) {
          return -1;
        }
      } else if (taken > count) {
        break;
      }
      target[at++] = (byte) entry;
      bits <<= taken;
      count -= taken;
    }
    // what is left is the begin of EOS, less than a byte of it (RFC 7541 section 5.2)
    boolean padding = count < Byte.SIZE && bits == (count == 0 ? 0 : -1L << (Long.SIZE - count));
    return padding ? at - targetOffset : -1;
  }

  /** The length of the code, of more than eight bits, that these begin with. */
  private static int lengthOf(int bits) {
    int length = SHORT + 1;
    while (length < LONGEST && Integer.compareUnsigned(bits, LIMIT[length]) >= 0) {
      length++;
    }
    return length;
  }
}
