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

/** What coded bodies say: two coders may say the same in other bytes. */
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

  /** A response whose chunks are one, if it comes in chunks. */
  static String joined(String response) {
    int at = response.indexOf("\r\n\r\n") + 4;
    if (!response.substring(0, at).contains("transfer-encoding: chunked")) {
      return response;
    }
    StringBuilder out = new StringBuilder(response.substring(0, at));
    while (true) {
      int line = response.indexOf("\r\n", at);
      int size = Integer.parseInt(response.substring(at, line), 16);
      at = line + 2;
      if (size == 0) {
        return out.append("\r\n").append(response.substring(at)).toString();
      }
      out.append(response, at, at + size);
      at += size + 2;
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
