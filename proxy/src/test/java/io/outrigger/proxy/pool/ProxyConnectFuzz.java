package io.outrigger.proxy.pool;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import java.nio.charset.StandardCharsets;

/** What an HTTP proxy answers to CONNECT: whole, cut in two, in bytes. */
public final class ProxyConnectFuzz {
  private static final byte[] REQUEST =
      "CONNECT h:1 HTTP/1.1\r\nHost: h:1\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1);

  private ProxyConnectFuzz() {}

  public static void fuzzerTestOneInput(byte[] data) {
    String whole = outcome(data, Math.max(1, data.length));
    same(whole, outcome(data, Math.max(1, data.length / 2)));
    same(whole, outcome(data, 1));
  }

  /** What was sent, what was passed on, and whether the connection lived. */
  static String outcome(byte[] data, int atOnce) {
    ChannelInboundHandlerAdapter first = new ChannelInboundHandlerAdapter();
    EmbeddedChannel channel = new EmbeddedChannel(first);
    ProxyConnect.ask(channel, first, REQUEST);
    channel.writeAndFlush(Unpooled.copiedBuffer("held", StandardCharsets.ISO_8859_1));
    for (int at = 0; at < data.length && channel.isOpen(); at += atOnce) {
      int size = Math.min(atOnce, data.length - at);
      channel.pipeline().fireChannelRead(Unpooled.copiedBuffer(data, at, size));
      channel.pipeline().fireChannelReadComplete();
    }
    boolean lives = channel.isOpen();
    channel.close();
    return text(channel, true) + " " + lives + " " + text(channel, false);
  }

  private static String text(EmbeddedChannel channel, boolean out) {
    StringBuilder text = new StringBuilder();
    for (ByteBuf bytes = next(channel, out); bytes != null; bytes = next(channel, out)) {
      text.append(bytes.toString(StandardCharsets.ISO_8859_1));
      bytes.release();
    }
    return text.toString();
  }

  private static ByteBuf next(EmbeddedChannel channel, boolean out) {
    return out ? channel.readOutbound() : channel.readInbound();
  }

  private static void same(String whole, String cut) {
    if (!whole.equals(cut)) {
      throw new AssertionError("whole: " + whole + "; cut: " + cut);
    }
  }
}
