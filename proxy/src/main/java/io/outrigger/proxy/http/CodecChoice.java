package io.outrigger.proxy.http;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import org.jspecify.annotations.Nullable;

/**
 * Chooses the codec by a connection's first bytes, where ALPN has not: HTTP/2's preface (RFC 9113
 * 3.4), or anything else. Makes room for the codec and hands it the bytes.
 */
final class CodecChoice extends ChannelInboundHandlerAdapter {
  private static final byte[] PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(US_ASCII);

  private final HttpConnectionManager manager;
  private final DownstreamHttpConnection connection;
  private @Nullable ByteBuf read;

  CodecChoice(HttpConnectionManager manager, DownstreamHttpConnection connection) {
    this.manager = manager;
    this.connection = connection;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    ByteBuf in = (ByteBuf) message;
    if (read != null) {
      in = ctx.alloc().buffer().writeBytes(read).writeBytes((ByteBuf) message);
      ((ByteBuf) message).release();
      read.release();
      read = null;
    }
    int length = Math.min(in.readableBytes(), PREFACE.length);
    boolean preface = true;
    for (int i = 0; i < length; i++) {
      preface &= in.getByte(in.readerIndex() + i) == PREFACE[i];
    }
    if (preface && length < PREFACE.length) {
      read = in;
      return;
    }
    ChannelPipeline pipeline = ctx.pipeline();
    if (preface) {
      manager.startHttp2(connection, pipeline);
    } else {
      manager.startHttp1(connection, pipeline);
    }
    ctx.fireChannelRead(in);
    pipeline.remove(this);
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    connection.closed("");
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    if (read != null) {
      read.release();
      read = null;
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    ctx.close();
  }
}
