package io.outrigger.e2e.differential;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import com.aayushatharva.brotli4j.Brotli4jLoader;
import com.aayushatharva.brotli4j.decoder.BrotliInputStream;
import com.github.luben.zstd.ZstdInputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;

/** What compressed bodies say: two compressors may say the same in other bytes. */
final class EncodedBodies {
  private static final Pattern ENCODING =
      Pattern.compile("(?im)^content-encoding: (gzip|br|zstd)\r?$");

  /** The response with its body as it was before it was compressed, if it was. */
  static String decoded(String response) {
    int end = response.indexOf("\r\n\r\n");
    Matcher encoding = ENCODING.matcher(response.substring(0, Math.max(end, 0)));
    if (!encoding.find()) {
      return response;
    }
    byte[] body = response.substring(end + 4).getBytes(ISO_8859_1);
    try (InputStream in = open(encoding.group(1), body)) {
      return response.substring(0, end + 4)
          + "(decoded)"
          + new String(in.readAllBytes(), ISO_8859_1);
    } catch (IOException e) {
      return response; // it only said so
    }
  }

  private static InputStream open(String encoding, byte[] body) throws IOException {
    InputStream in = new ByteArrayInputStream(body);
    return switch (encoding) {
      case "gzip" -> new GZIPInputStream(in);
      case "zstd" -> new ZstdInputStream(in);
      default -> {
        Brotli4jLoader.ensureAvailability();
        yield new BrotliInputStream(in);
      }
    };
  }

  private EncodedBodies() {}
}
