package io.outrigger.proxy.http2.hpack;

/**
 * HPACK's Huffman code (RFC 7541 appendix B): a state machine that takes four bits a step.
 *
 * <p>The code is canonical, so the lengths alone give it. A state is an inner node of the code's
 * tree; as no code is shorter than five bits, a step emits one byte at most.
 */
final class Huffman {
  /** The lengths of the codes of 0 to 255 and of EOS; the letter A stands for 5 bits. */
  private static final String LENGTHS =
      "ISXXXXXXXTZXXZXXXXXXXXZXXXXXXXXXBFFHIBDGFFDGDBBBAAABBBBBBBCDKBHFIBCCCCCCCCCCCCCCCCCCCCCC"
          + "DCDIOIJBKABABABBBACCBBBABCBAABCCCCCKGJIXPRPPRRRSRSSSSSTSTTRSTSSSSQRSRSSTRQPRRSSQSRRTQRSSQQRQ"
          + "SRSSPRRRSRRSVVPORSRUVVVWWVTUOQVWWVWTQQVVXWWWPTPQRQQSRRUUTTVSVWVVWWWWWXWWWWWVZ";

  private static final int EOS = 256;
  private static final int FAIL = 0x8000_0000;
  private static final int EMIT = 0x1_0000;

  /** By state * 16 + nibble: next state, bits 0-7; the byte, bits 8-15; EMIT; FAIL. */
  private static final int[] STEPS = new int[256 * 16];

  /** States in which the input may end: the bits since the last code are ones, fewer than eight. */
  private static final boolean[] ACCEPTS = new boolean[256];

  static final int[] CODES = new int[EOS + 1];
  static final byte[] CODE_LENGTHS = new byte[EOS + 1];

  static {
    assignCodes();
    buildSteps(buildTree());
  }

  private Huffman() {}

  /** Canonical codes: by length, then by symbol. */
  private static void assignCodes() {
    int code = 0;
    for (int length = 5; length <= 30; length++) {
      for (int symbol = 0; symbol <= EOS; symbol++) {
        if (LENGTHS.charAt(symbol) - 'A' + 5 == length) {
          CODES[symbol] = code++;
          CODE_LENGTHS[symbol] = (byte) length;
        }
      }
      code <<= 1;
    }
  }

  /** Children by node * 2 + bit: an inner node's number, or -1 - symbol. */
  private static int[] buildTree() {
    int[] children = new int[512];
    int nodes = 1;
    for (int symbol = 0; symbol <= EOS; symbol++) {
      int node = 0;
      for (int bit = CODE_LENGTHS[symbol] - 1; bit > 0; bit--) {
        int at = node * 2 + ((CODES[symbol] >>> bit) & 1);
        if (children[at] == 0) {
          children[at] = nodes++;
        }
        node = children[at];
      }
      children[node * 2 + (CODES[symbol] & 1)] = -1 - symbol;
    }
    return children;
  }

  private static void buildSteps(int[] children) {
    for (int state = 0; state < 256; state++) {
      for (int nibble = 0; nibble < 16; nibble++) {
        STEPS[state * 16 + nibble] = step(children, state, nibble);
      }
    }
    int node = 0;
    for (int ones = 0; ones < 8; ones++) {
      ACCEPTS[node] = true;
      node = children[node * 2 + 1];
    }
  }

  private static int step(int[] children, int state, int nibble) {
    int node = state;
    int emitted = 0;
    for (int bit = 3; bit >= 0; bit--) {
      int child = children[node * 2 + ((nibble >>> bit) & 1)];
      if (child == -1 - EOS) {
        return FAIL;
      }
      if (child < 0) {
        emitted = EMIT | (-1 - child) << 8;
        node = 0;
      } else {
        node = child;
      }
    }
    return emitted | node;
  }

  /** The most bytes that so many coded bytes decode to. */
  static int decodedBound(int length) {
    return length * 8 / 5 + 1;
  }

  /** Decodes; returns the number of bytes written, or -1 where padding or a code is not allowed. */
  static int decode(byte[] source, int offset, int length, byte[] target, int targetOffset) {
    int state = 0;
    int at = targetOffset;
    for (int i = offset, end = offset + length; i < end; i++) {
      int b = source[i];
      int high = STEPS[state << 4 | (b >>> 4) & 15];
      if ((high & EMIT) != 0) {
        target[at++] = (byte) (high >>> 8);
      }
      int low = STEPS[(high & 0xff) << 4 | b & 15];
      if ((low & EMIT) != 0) {
        target[at++] = (byte) (low >>> 8);
      }
      if ((high | low) < 0) {
        return -1;
      }
      state = low & 0xff;
    }
    return ACCEPTS[state] ? at - targetOffset : -1;
  }
}
